// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.UploadDigests;
import io.scrubjay.api.form.PartHead;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.block.Digest;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The form of {@code POST /v1/images}: fields with the name of the image and what is known of the file, in any order, and
 * then the file. An empty field counts as none, since a browser sends every field of its page. Confined to the request's
 * event loop.
 */
final class FormFields implements FormOrder {
    static final String NAME = "name";
    static final String FILE = "content";

    private static final String DIGEST = "digest";
    private static final List<String> SEVERAL = List.of(DIGEST, "checksum");
    private static final List<String> KNOWN = List.of(
            NAME,
            UploadFields.FORMAT,
            UploadFields.COMPRESSION,
            UploadFields.SIZE,
            DIGEST,
            "checksum",
            UploadFields.CONTENT_DIGEST);
    private static final String ORDER = "send the fields first, in any order ('name', and if you like "
            + String.join(", ", KNOWN.subList(1, KNOWN.size())) + "), and the file as '" + FILE + "' behind them";

    private final Ingests ingests;
    private final MultiMap values = MultiMap.caseInsensitiveMultiMap();

    FormFields(Ingests ingests) {
        this.ingests = ingests;
    }

    @Override
    public String file() {
        return FILE;
    }

    @Override
    public void requireField(PartHead head) {
        if (!KNOWN.contains(head.name())) {
            throw invalid("the form has an unknown field " + FormBody.quoted(head.name()) + "; " + ORDER);
        }
        UploadDigests.refuse(
                PartDigests.fields(head),
                "the agent does not check digests of fields; send the file's own as the field 'digest'");
    }

    @Override
    public void field(String name, String value) {
        String text = value.strip();
        if (text.isEmpty()) {
            return;
        }
        if (values.contains(name) && !SEVERAL.contains(name)) {
            throw invalid("the form has the field '" + name + "' twice; send it once");
        }
        values.add(name, text);
    }

    @Override
    public Optional<Ingest> begun() {
        return Optional.empty();
    }

    @Override
    public Uni<Ingest> begin(PartHead head) {
        return UploadStart.of(ingests, order(head));
    }

    private IngestOrder order(PartHead file) {
        if (!values.contains(NAME)) {
            throw invalid("the form has no field '" + NAME + "' before the file '" + FILE + "'; " + ORDER);
        }
        List<Digest> digests = UploadDigests.of(values, PartDigests.fields(file));
        return new UploadFields(values).order(ResourceNames.parse(values.get(NAME)), contentLength(file), digests);
    }

    /** Few senders give it; those who do give it for the file. */
    private static OptionalLong contentLength(PartHead file) {
        List<String> lengths = file.values("Content-Length");
        if (lengths.isEmpty()) {
            return OptionalLong.empty();
        }
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]{1,18}")) {
            throw invalid(
                    "Content-Length of the file in the form must be one number of bytes; leave it out, or send the"
                            + " right one");
        }
        return OptionalLong.of(Long.parseLong(lengths.get(0)));
    }

    /** The ingest compares the lengths. */
    @Override
    public void requireLength(long fileBytes) {}

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
