// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Export;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/** An export in the API: the data that a host needs to connect. */
@RegisterForReflection
@Schema(name = "Export")
public record ExportView(String nqn, String address, int port, int namespaceId, boolean readOnly) {
    /**
     * The view of the requested export.
     *
     * @param what whose it is, for people
     * @throws RefusedException {@code export-not-found} when there is none
     */
    static ExportView required(Optional<Export> export, Object what) {
        return of(export.orElseThrow(() -> new RefusedException(Refusal.EXPORT_NOT_FOUND, what + " is not exported")));
    }

    public static ExportView of(Export export) {
        return new ExportView(
                export.nqn(), export.address(), export.port(), export.namespaceId(), export.access() == Access.READ);
    }
}
