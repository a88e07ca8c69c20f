// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.UploadDigests;
import io.scrubjay.api.form.PartHead;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The form that clients of Longhorn and Harvester send: one part {@code chunk}, the file. The path has its name, and the
 * query {@code action=upload} and its {@code size}, so that the ingest begins before the form does. Confined to the
 * request's event loop.
 *
 * <p>The source is {@code pkg/client/data_source_client.go} in longhorn/backing-image-manager, and
 * {@code src/models/backingImage.js} in longhorn/longhorn-ui.
 */
final class LonghornForm implements FormOrder {
    static final String FILE = "chunk";
    static final String ACTION = "action";
    static final String UPLOAD = "upload";

    private final Ingest ingest;

    LonghornForm(Ingest ingest) {
        this.ingest = ingest;
    }

    /**
     * The order for the ingest.
     *
     * @param query of the request; {@code size} is the length of the file, and not that of the disk in it as with PUT
     */
    static IngestOrder order(ResourceName name, MultiMap query) {
        if (!UPLOAD.equals(query.get(ACTION))) {
            throw invalid("the query must have 'action=upload' and the file's length as 'size'");
        }
        String size = query.get(UploadFields.SIZE);
        if (size == null || !size.matches("[0-9]{1,18}")) {
            throw invalid("'size' must be the length of the file in bytes, such as 4096"
                    + (size == null ? "" : ", not '" + size + "'"));
        }
        return new UploadFields(MultiMap.caseInsensitiveMultiMap())
                .order(name, OptionalLong.of(Long.parseLong(size)), List.of());
    }

    @Override
    public String file() {
        return FILE;
    }

    @Override
    public void requireField(PartHead head) {
        throw invalid("the form has an unknown part " + FormBody.quoted(head.name()) + "; send only the file, as '"
                + FILE + "'");
    }

    @Override
    public void field(String name, String value) {
        throw new AssertionError("this form has no fields, but " + name);
    }

    @Override
    public Optional<Ingest> begun() {
        return Optional.of(ingest);
    }

    @Override
    public Uni<Ingest> begin(PartHead head) {
        UploadDigests.refuse(
                PartDigests.fields(head),
                "the agent does not check digests of parts here; send the file with PUT and '?digest=', or as the form"
                        + " of POST /v1/images");
        return Uni.createFrom().item(ingest);
    }

    @Override
    public void requireLength(long fileBytes) {
        long announced = ingest.image().expectedBytes().orElseThrow();
        if (fileBytes != announced) {
            throw new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the file in the form has " + fileBytes + " bytes, but 'size' in the query announced " + announced);
        }
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
