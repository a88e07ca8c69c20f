// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.engine.Access;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/** The JSON body of a request for an export. */
@RegisterForReflection
@Schema(name = "ExportOrder")
record ExportOrder(
        @Schema(
                implementation = String.class,
                enumeration = {"nvme-tcp"},
                required = true)
        Optional<String> protocol,

        @Schema(
                implementation = Boolean.class,
                description = "images and snapshots are exported read-only, volumes for reading and writing")
        Optional<Boolean> readOnly) {
    /**
     * Makes sure that such an export is possible.
     *
     * @throws RefusedException {@code export-unsupported} for another protocol or access, {@code invalid-request}
     */
    void require(Access access) {
        String wanted =
                protocol.orElseThrow(() -> new RefusedException(Refusal.INVALID_REQUEST, "'protocol' is missing"));
        if (!wanted.equals("nvme-tcp")) {
            throw new RefusedException(
                    Refusal.EXPORT_UNSUPPORTED, "'protocol' must be 'nvme-tcp', the only one supported");
        }
        if (access == Access.WRITE && readOnly.orElse(false)) {
            throw new RefusedException(
                    Refusal.EXPORT_UNSUPPORTED,
                    "a volume cannot be exported read-only; export a snapshot of it, or leave 'readOnly' out");
        }
        if (access == Access.READ && !readOnly.orElse(true)) {
            throw new RefusedException(
                    Refusal.EXPORT_UNSUPPORTED,
                    "images and snapshots are exported read-only; to write, make a clone and export that");
        }
    }
}
