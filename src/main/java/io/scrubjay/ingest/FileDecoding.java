// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.FormatReader;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.RawReader;
import io.scrubjay.source.SourceForm;
import io.scrubjay.source.Spool;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;
import io.scrubjay.source.qcow2.Qcow2Reader;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The half of decoding behind the decompressor: decides on the format by the file's first and last bytes, and reads the
 * disk from the file. Confined to the coordinator.
 */
final class FileDecoding implements AutoCloseable {
    private record Reading(ImageFormat format, FormatReader reader) {}

    private final SourceForm form;
    private final Compression compression;
    private final OptionalLong sizeBytes;
    private final OptionalLong announcedBytes;
    private final Spool spool;
    private final MemoryBudget memory;
    private final FirstBytes first = new FirstBytes(SourceForm.BYTES_NEEDED);
    private final LastBytes last = new LastBytes(SourceForm.LAST_BYTES_NEEDED);
    private Optional<Reading> reading = Optional.empty();

    /**
     * @param form what the sender said
     * @param compression what the file came out of
     * @param sizeBytes the disk's size, if the sender gave it
     * @param announcedBytes the length of the file, if it was announced
     * @param spool for bytes whose place on the disk is not known when they arrive
     * @param memory the heap for decoding all uploads
     */
    FileDecoding(
            SourceForm form,
            Compression compression,
            OptionalLong sizeBytes,
            OptionalLong announcedBytes,
            Spool spool,
            MemoryBudget memory) {
        this.memory = memory;
        this.form = form;
        this.compression = compression;
        this.sizeBytes = sizeBytes;
        this.announcedBytes = announcedBytes;
        this.spool = spool;
    }

    /**
     * Decides on the format, before the first piece.
     *
     * @param beginning at least {@link SourceForm#BYTES_NEEDED} bytes, or the whole file if it is shorter
     * @throws RefusedException {@code unsupported-image}, {@code malformed-image}
     */
    void begin(ByteBuffer beginning) {
        SourceForm.Decision decision = form.decide(beginning);
        require(decision);
        reading = Optional.of(
                decision instanceof SourceForm.ReadQcow2
                        ? new Reading(ImageFormat.QCOW2, new Qcow2Reader(sizeBytes, spool, memory))
                        : new Reading(ImageFormat.RAW, new RawReader(sizeBytes, announcedBytes)));
    }

    /** Takes the next piece of the file. First bytes wait until there are enough of them to decide. */
    void take(StreamPiece piece, DiskSink disk) {
        last.follow(piece.bytes().view());
        if (reading.isEmpty() && first.isEmpty() && piece.bytes().length() >= SourceForm.BYTES_NEEDED) {
            begin(piece.bytes().view());
        }
        if (reading.isPresent()) {
            read(piece, disk);
            return;
        }
        int count = first.take(piece.bytes());
        if (first.isFull()) {
            readFirst(disk);
            int rest = piece.bytes().length() - count;
            if (rest > 0) {
                read(new StreamPiece(piece.offset().plus(count), piece.bytes().slice(count, rest)), disk);
            }
        }
    }

    private void readFirst(DiskSink disk) {
        begin(first.get().view());
        read(new StreamPiece(StreamOffset.START, first.get()), disk);
    }

    private void read(StreamPiece piece, DiskSink disk) {
        reading.orElseThrow().reader().read(piece, disk);
    }

    /**
     * Reads the rest, after the last piece.
     *
     * @return the disk's size in bytes
     * @throws RefusedException {@code unsupported-image}, {@code malformed-image}
     */
    long end(DiskSink disk) {
        if (reading.isEmpty()) {
            if (first.isEmpty()) {
                throw new RefusedException(
                        Refusal.MALFORMED_IMAGE,
                        "the file inside the " + compression.wireName()
                                + " file is empty; compress an image of at least one byte");
            }
            readFirst(disk);
        }
        if (format() == ImageFormat.RAW) {
            require(form.decideAtEnd(last.get()));
        }
        return reading.orElseThrow().reader().end(disk);
    }

    /** The format, once it has been decided. */
    ImageFormat format() {
        return reading.orElseThrow().format();
    }

    private void require(SourceForm.Decision decision) {
        boolean isFile = compression == Compression.NONE;
        String what = isFile ? "this is " : "the file inside the " + compression.wireName() + " file is ";
        if (decision instanceof SourceForm.Unsupported unsupported) {
            throw new RefusedException(
                    Refusal.UNSUPPORTED_IMAGE,
                    what + unsupported.form() + ", which is not supported; " + (isFile ? "" : "decompress it, then ")
                            + unsupported.advice());
        }
        if (decision instanceof SourceForm.NoDisk noDisk) {
            throw new RefusedException(
                    Refusal.MALFORMED_IMAGE, what + noDisk.form() + ", not a disk; " + noDisk.advice());
        }
    }

    @Override
    public void close() {
        reading.ifPresent(begun -> begun.reader().close());
    }
}
