// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored form of a quarantine marker; {@code docs/manifest-format.md} has every byte. Small enough to be in memory
 * as a whole.
 */
final class StoredMarker {
    static final int FORMAT_VERSION = 1;
    /** More than any marker needs: 1000 characters of message and 1000 lines are about 29 KiB. */
    static final int BYTES_MAX = 64 << 10;

    private StoredMarker() {}

    static StoredBytes of(QuarantineMarker marker) {
        return FramedRecord.of(RecordMagic.QUARANTINE, FORMAT_VERSION, BYTES_MAX, record -> {
            record.id(marker.id().stored()).u64(marker.at().toEpochMilli()).u64(marker.findingCount());
            record.text(marker.name().value()).text(marker.reason()).text(marker.message());
            record.u16(marker.findings().size());
            for (FindingLine line : marker.findings()) {
                record.u64(line.chunk()).text(line.kind());
            }
        });
    }

    /**
     * Reads a marker that begins at index 0 of the buffer; bytes after its end are ignored.
     *
     * @throws ManifestDamaged when it is not a marker that was written
     */
    static QuarantineMarker decode(ByteBuffer source) {
        return FramedRecord.decode(source, RecordMagic.QUARANTINE, FORMAT_VERSION, BYTES_MAX, StoredMarker::fields);
    }

    private static QuarantineMarker fields(FieldReader fields) {
        ImageId id = new ImageId(fields.id("id"));
        Instant at = Instant.ofEpochMilli(fields.int64("time"));
        long findingCount = fields.int64("finding count");
        ResourceName name = ResourceName.parseKnown(fields.text("name"));
        String reason = fields.text("reason");
        String message = fields.text("message");
        int lines = fields.u16("line count");
        List<FindingLine> findings = new ArrayList<>();
        for (int line = 0; line < lines; line++) {
            findings.add(new FindingLine(fields.int64("chunk"), fields.text("finding")));
        }
        return new QuarantineMarker(id, name, reason, message, at, findingCount, findings);
    }
}
