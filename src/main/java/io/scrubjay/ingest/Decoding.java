// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.FormatReader;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.RawReader;
import io.scrubjay.source.SourceForm;
import io.scrubjay.source.StreamPiece;
import io.scrubjay.source.Uncompressed;

import java.nio.ByteBuffer;

/**
 * Turns the bytes of one stream into the bytes of a disk, by a decompressor and a format reader after it. Confined to
 * the coordinator.
 */
record Decoding(Compression compression, Decompressor decompressor, ImageFormat format, FormatReader reader)
        implements AutoCloseable {
    /**
     * Decides how to decode a stream: as the sender said, and otherwise by its first bytes.
     *
     * @param first at least {@link SourceForm#BYTES_NEEDED} bytes, or the whole stream if it is shorter
     * @throws RefusedException {@code unsupported-image}, {@code malformed-image}
     */
    static Decoding of(IngestOrder order, ByteBuffer first) {
        require(order.form().decide(first));
        return new Decoding(
                Compression.NONE,
                new Uncompressed(),
                ImageFormat.RAW,
                new RawReader(order.virtualSizeBytes(), order.expectedBytes()));
    }

    /** Takes the next bytes as they were sent. */
    void decode(StreamPiece sent, DiskSink disk) {
        decompressor.decode(sent, file -> reader.read(file, disk));
    }

    /**
     * Decodes the rest, after all bytes have been sent.
     *
     * @param last the last {@link SourceForm#LAST_BYTES_NEEDED} bytes of the stream, or the whole stream if it is
     *     shorter
     * @return the disk's size in bytes
     * @throws RefusedException {@code unsupported-image}, {@code malformed-image}
     */
    long end(SourceForm form, ByteBuffer last, DiskSink disk) {
        require(form.decideAtEnd(last));
        decompressor.end(file -> reader.read(file, disk));
        return reader.end(disk);
    }

    private static void require(SourceForm.Decision decision) {
        if (decision instanceof SourceForm.Decision.Unsupported unsupported) {
            throw new RefusedException(
                    Refusal.UNSUPPORTED_IMAGE,
                    "this is " + unsupported.form() + ", which is not supported; " + unsupported.advice());
        }
        if (decision instanceof SourceForm.Decision.NoDisk noDisk) {
            throw new RefusedException(
                    Refusal.MALFORMED_IMAGE, "this is " + noDisk.form() + ", not a disk; " + noDisk.advice());
        }
    }

    @Override
    public void close() {
        decompressor.close();
        reader.close();
    }
}
