// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The bytes of an open volume after the last byte of its image: the rest of the last cluster, which must be zeroes. No
 * leaf covers them, but an export or a clone of the image shows them. An image that ends at a cluster boundary has no
 * padding, nor does a snapshot of a volume.
 *
 * <p>For one thread; reading blocks for the device and is for workers. Only one piece is in memory at a time.
 */
public final class Padding {
    private static final int PIECE_BYTES = 1 << 20;

    private final Volume volume;
    private final List<ByteRange> stored;
    private final int alignmentBytes;
    private ByteBuffer memory = ByteBuffer.allocate(0);

    /**
     * @param volume opened to verify, so that the bytes come from the medium
     * @param allocated its clusters: parts without a cluster read as zeroes, and are not checked
     * @param lengthBytes where the image ends
     * @param alignmentBytes the alignment of the engine's reads
     */
    public Padding(Volume volume, ClusterMap allocated, ClusterSize clusterSize, long lengthBytes, int alignmentBytes) {
        this.volume = volume;
        this.alignmentBytes = alignmentBytes;
        ByteRange behind = new ByteRange(lengthBytes, Math.max(0, volume.sizeBytes() - lengthBytes));
        this.stored = allocated.runs().stream()
                .map(run -> new ByteRange(run.first() * clusterSize.bytes(), run.count() * clusterSize.bytes()))
                .map(behind::intersect)
                .filter(range -> !range.isEmpty())
                .toList();
    }

    /**
     * The allocated parts of the padding, in ascending order, split into pieces that can be read one after the other.
     */
    public Stream<ByteRange> pieces() {
        return stored.stream()
                .flatMap(range -> LongStream.range(0, (range.length() + PIECE_BYTES - 1) / PIECE_BYTES)
                        .mapToObj(piece -> new ByteRange(
                                range.offset() + piece * PIECE_BYTES,
                                Math.min(PIECE_BYTES, range.length() - piece * PIECE_BYTES))));
    }

    /**
     * Reads a piece.
     *
     * @return the offset in the volume of the first byte that is not zero; empty when there is none
     * @throws EngineException when the device cannot read the piece
     */
    public OptionalLong firstStray(ByteRange piece) {
        long from = piece.offset() / alignmentBytes * alignmentBytes;
        long end = Math.min(volume.sizeBytes(), (piece.end() + alignmentBytes - 1) / alignmentBytes * alignmentBytes);
        ByteBuffer bytes = memory(Math.toIntExact(end - from));
        Stages.await(volume.read(from, bytes.duplicate()));
        ByteBuffer padding = bytes.slice(Math.toIntExact(piece.offset() - from), Math.toIntExact(piece.length()));
        int zeroes = ZeroScan.zeroPrefix(padding);
        return zeroes < padding.remaining() ? OptionalLong.of(piece.offset() + zeroes) : OptionalLong.empty();
    }

    private ByteBuffer memory(int bytes) {
        if (memory.capacity() < bytes) {
            memory = AlignedBuffer.allocate(bytes);
        }
        return memory.duplicate().clear().limit(bytes);
    }

    /** The first byte of the whole padding that is not zero; as {@link #firstStray(ByteRange)}. */
    public OptionalLong firstStray() {
        return pieces().map(this::firstStray)
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }
}
