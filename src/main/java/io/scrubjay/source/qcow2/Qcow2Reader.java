// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.FormatReader;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.LentBytes;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.Spool;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@link ImageFormat#QCOW2}, versions 2 and 3, with clusters of any size, extended entries, and clusters compressed with
 * deflate or zstd. Refuses files with a backing file, an external data file, encryption, or a feature it does not know,
 * before it begins the disk.
 *
 * <p>A file in which each table lies before the clusters that it names, as {@code qemu-img convert} writes it, is read in
 * one pass. Otherwise the reader puts into the spool what it cannot place yet, and takes it from there when it knows the
 * place. Its memory is limited by {@link Limits}.
 */
public final class Qcow2Reader implements FormatReader {
    private final OptionalLong virtualSizeBytes;
    private final Spool spool;
    private final Limits limits;
    private final MemoryBudget.Share memory;
    private final byte[] first = new byte[Qcow2Header.BYTES_MAX];
    private int firstBytes;
    private Optional<Placement> placement = Optional.empty();
    private long diskBytes;

    /**
     * @param virtualSizeBytes the disk's size if the sender gave it; it may be larger than the file says, and the rest is
     *     zeroes
     * @param spool for bytes that cannot be placed yet
     * @param memory of all uploads; a file that needs more than the others leave is refused with {@code busy}
     */
    public Qcow2Reader(OptionalLong virtualSizeBytes, Spool spool, MemoryBudget memory) {
        this(virtualSizeBytes, spool, memory, Limits.USUAL);
    }

    Qcow2Reader(OptionalLong virtualSizeBytes, Spool spool, MemoryBudget memory, Limits limits) {
        this.memory = memory.share("reading this qcow2 file");
        this.virtualSizeBytes = virtualSizeBytes;
        this.spool = spool;
        this.limits = limits;
    }

    @Override
    public void read(StreamPiece file, DiskSink disk) {
        LentBytes bytes = file.bytes();
        int taken = placement.isPresent() ? 0 : takeHeader(bytes, disk);
        if (taken < bytes.length()) {
            placement.orElseThrow().take(bytes.slice(taken, bytes.length() - taken), disk);
        }
    }

    /** Takes as many bytes as the header needs, and begins the disk when it has all of them. */
    private int takeHeader(LentBytes bytes, DiskSink disk) {
        int taken = 0;
        int missing = missingHeaderBytes();
        while (missing > 0 && taken < bytes.length()) {
            int count = Math.min(missing, bytes.length() - taken);
            bytes.slice(taken, count).view().get(first, firstBytes, count);
            firstBytes += count;
            taken += count;
            missing = missingHeaderBytes();
        }
        if (missing == 0) {
            begin(Qcow2Header.parse(ByteBuffer.wrap(first, 0, firstBytes)), disk);
        }
        return taken;
    }

    private int missingHeaderBytes() {
        return Qcow2Header.bytesNeeded(ByteBuffer.wrap(first, 0, firstBytes)) - firstBytes;
    }

    private void begin(Qcow2Header header, DiskSink disk) {
        diskBytes = virtualSizeBytes.orElse(header.diskBytes());
        if (diskBytes < header.diskBytes()) {
            throw new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the disk in this qcow2 file has " + header.diskBytes() + " bytes, more than the " + diskBytes
                            + " given in 'size'; give a larger 'size', or leave it out");
        }
        if (diskBytes == 0) {
            throw new RefusedException(
                    Refusal.MALFORMED_IMAGE,
                    "the disk in this qcow2 file has no bytes; give its size in 'size', or send another file");
        }
        disk.begin(diskBytes);
        placement = Optional.of(new Placement(header, limits, memory, spool, new StreamOffset(firstBytes)));
    }

    @Override
    public long end(DiskSink disk) {
        placement
                .orElseThrow(() -> Qcow2Refusals.endsTooSoon(
                        new StreamOffset(firstBytes),
                        "its header has " + (firstBytes + missingHeaderBytes()) + " bytes or more"))
                .end(disk);
        return diskBytes;
    }

    @Override
    public void close() {
        placement.ifPresent(Placement::close);
        memory.close();
    }
}
