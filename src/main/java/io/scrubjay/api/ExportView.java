package io.scrubjay.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Export;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An export on the wire: what a host connects to. */
@RegisterForReflection
@Schema(name = "Export")
record ExportView(String nqn, String address, int port, int namespaceId, boolean readOnly) {
    static ExportView of(Export export) {
        return new ExportView(
                export.nqn(), export.address(), export.port(), export.namespaceId(), export.access() == Access.READ);
    }
}
