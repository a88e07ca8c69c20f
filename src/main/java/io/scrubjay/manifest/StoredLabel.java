// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.manifest.VolumeLabel.Source;

import java.nio.ByteBuffer;
import java.time.Instant;

/** The stored form of a volume's label; {@code docs/manifest-format.md} has every byte. */
final class StoredLabel {
    static final int FORMAT_VERSION = 1;
    /** More than any label needs, and the smallest unit that an engine has to read. */
    static final int BYTES_MAX = 4096;

    private static final int NOTHING = 0;
    private static final int IMAGE = 1;
    private static final int SNAPSHOT = 2;

    private StoredLabel() {}

    static StoredBytes of(VolumeLabel label) {
        return FramedRecord.of(RecordMagic.LABEL, FORMAT_VERSION, BYTES_MAX, record -> {
            record.id(label.id().stored()).u64(label.createdAt().toEpochMilli());
            write(record, label.source());
            record.text(label.name().value());
        });
    }

    private static void write(FieldWriter record, Source source) {
        if (source instanceof Source.OfImage image) {
            record.u16(IMAGE).id(image.id().stored());
        } else if (source instanceof Source.OfSnapshot snapshot) {
            record.u16(SNAPSHOT).id(snapshot.id().stored());
        } else {
            record.u16(NOTHING).noId();
        }
    }

    /**
     * Reads a label that begins at index 0 of the buffer; bytes after its end are ignored.
     *
     * @throws ManifestDamaged when it is not a label that was written
     */
    static VolumeLabel decode(ByteBuffer source) {
        return FramedRecord.decode(source, RecordMagic.LABEL, FORMAT_VERSION, BYTES_MAX, StoredLabel::fields);
    }

    private static VolumeLabel fields(FieldReader fields) {
        VolumeId id = new VolumeId(fields.id("id"));
        Instant createdAt = Instant.ofEpochMilli(fields.int64("created at"));
        Source source = source(fields);
        return new VolumeLabel(id, ResourceName.parse(fields.text("name")), createdAt, source);
    }

    private static Source source(FieldReader fields) {
        int code = fields.u16("source");
        ImageId id = new ImageId(fields.id("source's id"));
        return switch (code) {
            case NOTHING -> new Source.Nothing();
            case IMAGE -> new Source.OfImage(id);
            case SNAPSHOT -> new Source.OfSnapshot(id);
            default -> throw fields.damaged("the source's code is unknown: " + code);
        };
    }
}
