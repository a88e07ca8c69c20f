// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.Sha256State;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The stored form of a session's record; {@code docs/manifest-format.md} has every byte. */
final class StoredSession {
    static final int FORMAT_VERSION = 1;
    /** More than any record needs: at most 4096 characters of metadata, and less than 700 other bytes. */
    static final int BYTES_MAX = 8192;

    private static final long NO_LENGTH = -1;

    private StoredSession() {}

    static StoredBytes of(SessionRecord session) {
        return FramedRecord.of(RecordMagic.SESSION, FORMAT_VERSION, BYTES_MAX, record -> {
            record.id(session.id().stored()).u64(session.revision());
            record.u64(session.lengthBytes().orElse(NO_LENGTH));
            record.u64(session.expiresAt().toEpochMilli());
            record.raw(session.received().toBytes());
            session.image().ifPresentOrElse(image -> record.id(image.stored()), record::noId);
            write(record, session.announced());
        });
    }

    private static void write(FieldWriter record, SessionRecord.Announced announced) {
        record.text(announced.name().value());
        record.text(announced.format().orElse(""));
        record.text(announced.compression().orElse(""));
        record.u64(announced.diskBytes().orElse(NO_LENGTH));
        record.u16(announced.digests().size());
        announced.digests().forEach(record::digest);
        announced.contentDigest().ifPresentOrElse(record::digest, record::noDigest);
        record.text(announced.metadata());
    }

    /**
     * Reads a record that begins at index 0 of the buffer; bytes after its end are ignored.
     *
     * @throws ManifestDamaged when it is not a record that was written
     */
    static SessionRecord decode(ByteBuffer source) {
        return FramedRecord.decode(source, RecordMagic.SESSION, FORMAT_VERSION, BYTES_MAX, StoredSession::fields);
    }

    private static SessionRecord fields(FieldReader fields) {
        SessionId id = new SessionId(fields.id("id"));
        long revision = fields.int64("revision");
        OptionalLong length = length(fields, "length");
        Instant expiresAt = Instant.ofEpochMilli(fields.int64("expiry"));
        Sha256State received = Sha256State.ofBytes(fields.raw(Sha256State.BYTES, "state of the digest"));
        Optional<ImageId> image = fields.optionalId("image").map(ImageId::new);
        return new SessionRecord(id, revision, announced(fields), length, expiresAt, received, image);
    }

    private static SessionRecord.Announced announced(FieldReader fields) {
        ResourceName name = ResourceName.parse(fields.text("name"));
        Optional<String> format = word(fields, "format");
        Optional<String> compression = word(fields, "compression");
        OptionalLong diskBytes = length(fields, "disk size");
        int count = fields.u16("digest count");
        List<Digest> digests = new ArrayList<>();
        for (int digest = 0; digest < count; digest++) {
            digests.add(fields.digest("digest"));
        }
        Optional<Digest> contentDigest = fields.optionalDigest("content digest");
        return new SessionRecord.Announced(
                name, format, compression, diskBytes, digests, contentDigest, fields.text("metadata"));
    }

    private static OptionalLong length(FieldReader fields, String field) {
        long value = fields.int64(field);
        if (value < NO_LENGTH) {
            throw fields.damaged(field + " is negative: " + value);
        }
        return value == NO_LENGTH ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Optional<String> word(FieldReader fields, String field) {
        return Optional.of(fields.text(field)).filter(word -> !word.isEmpty());
    }
}
