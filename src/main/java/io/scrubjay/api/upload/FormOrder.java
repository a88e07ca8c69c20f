// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.form.PartHead;
import io.scrubjay.ingest.Ingest;
import io.smallrye.mutiny.Uni;

import java.util.Optional;

/**
 * What a kind of form is made of, and which ingest takes its file. Each method may throw a
 * {@link io.scrubjay.refusal.RefusedException}. Confined to the request's event loop.
 */
interface FormOrder {
    /** The name of the part that is the file, the last one of the form. */
    String file();

    /** A field begins. */
    void requireField(PartHead head);

    /** A field is complete. */
    void field(String name, String value);

    /** The ingest, if it has begun before the form. */
    Optional<Ingest> begun();

    /** The file begins: the ingest for it, which may be begun now. The Uni fails if it is refused; on any thread. */
    Uni<Ingest> begin(PartHead head);

    /** The file is complete. */
    void requireLength(long fileBytes);
}
