// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.SourceForm;
import io.scrubjay.source.Spool;
import io.scrubjay.source.StreamPiece;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Turns the bytes of one stream into the bytes of a disk, by a decompressor and the reading of a file after it.
 * Confined to the coordinator.
 */
final class Decoding implements AutoCloseable {
    private final Compression compression;
    private final Decompressor decompressor;
    private final FileDecoding file;

    private Decoding(Compression compression, Decompressor decompressor, FileDecoding file) {
        this.compression = compression;
        this.decompressor = decompressor;
        this.file = file;
    }

    /**
     * Decides how to decode a stream: as the sender said, and otherwise by its first bytes.
     *
     * @param spool for bytes of the file whose place on the disk is not known when they arrive
     * @param first at least {@link SourceForm#BYTES_NEEDED} bytes, or the whole stream if it is shorter
     * @throws RefusedException {@code unsupported-image}, {@code malformed-image}
     */
    static Decoding of(IngestOrder order, Decoders decoders, Spool spool, ByteBuffer first) {
        Compression compression = unpacked(order.form().unpack(first));
        boolean isFile = compression == Compression.NONE;
        FileDecoding file = new FileDecoding(
                order.form(),
                compression,
                order.virtualSizeBytes(),
                isFile ? order.expectedBytes() : OptionalLong.empty(),
                spool,
                decoders.heap());
        if (isFile) {
            file.begin(first);
        }
        return new Decoding(compression, decoders.decompressors().open(compression), file);
    }

    private static Compression unpacked(SourceForm.Unpacking decision) {
        if (decision instanceof SourceForm.Unpack unpack) {
            return unpack.compression();
        }
        SourceForm.Unsupported unsupported = (SourceForm.Unsupported) decision;
        throw new RefusedException(
                Refusal.UNSUPPORTED_IMAGE,
                "this is " + unsupported.form() + ", which is not supported; " + unsupported.advice());
    }

    Compression compression() {
        return compression;
    }

    /** The name of the file's format in the API, after {@link #end}. */
    String format() {
        return file.format().wireName();
    }

    /** Takes the next bytes as they were sent. */
    void decode(StreamPiece sent, DiskSink disk) {
        decompressor.decode(sent, piece -> file.take(piece, disk));
    }

    /**
     * Decodes the rest, after all bytes have been sent.
     *
     * @return the disk's size in bytes
     * @throws RefusedException {@code unsupported-image}, {@code malformed-image}
     */
    long end(DiskSink disk) {
        decompressor.end(piece -> file.take(piece, disk));
        return file.end(disk);
    }

    @Override
    public void close() {
        decompressor.close();
        file.close();
    }
}
