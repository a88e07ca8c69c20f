// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.NthCallEngine;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.StrictEngine;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.flow.WindowFiller;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.FormatReader;
import io.scrubjay.source.HeapBytes;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A disk whose bytes come in another order than they lie in, by a format that only this test knows. */
class ChunkAssemblerTest {
    private static final ClusterSize CLUSTER = ClusterSize.parse("64K");
    private static final int WINDOW_BYTES = WindowPool.windowBytesFor(CLUSTER);
    private static final int WINDOWS_MAX = 8;
    private static final long LENGTH_MAX = 64L << 20;

    private final FlakyEngine flaky = new FlakyEngine(MemoryEngine.open(CLUSTER, 32L << 20));
    private final NthCallEngine calls = new NthCallEngine(flaky);
    private final StorageEngine engine = new StrictEngine(calls);
    private final WindowPool windows = new WindowPool(WINDOW_BYTES, WINDOWS_MAX);
    /** One window may be open. */
    private final WindowPool diskWindows = new WindowPool(WINDOW_BYTES, 2);

    private final List<Throwable> told = new ArrayList<>();
    private final Stores stores = new Stores(Runnable::run, told::add);
    private final ImageId id = ImageId.random();
    private final ChunkAssembler assembler =
            new ChunkAssembler(engine, new WindowShare(diskWindows, 2, stores), stores, LENGTH_MAX, id);

    @AfterEach
    void nothingIsHeld() {
        assembler.close();
        assertThat(windows.windowsInUse()).isZero();
        assertThat(diskWindows.windowsInUse()).isZero();
        flaky.heal();
        assembler.head().ifPresent(head -> head.close());
        engine.close();
    }

    /** Its file is the windows of a disk with data, the last of the disk as short as it is, in the order that it is told. */
    private record Shuffled(long sizeBytes, List<Integer> order) implements FormatReader {
        @Override
        public void read(StreamPiece file, DiskSink disk) {
            int index = Math.toIntExact(file.offset().bytes() / WINDOW_BYTES);
            if (index == 0) {
                disk.begin(sizeBytes);
            }
            disk.data(new DiskOffset((long) order.get(index) * WINDOW_BYTES), file.bytes());
        }

        @Override
        public long end(DiskSink disk) {
            for (long at = 0; at < sizeBytes; at += WINDOW_BYTES) {
                if (!order.contains((int) (at / WINDOW_BYTES))) {
                    disk.zeroes(new DiskOffset(at), Math.min(WINDOW_BYTES, sizeBytes - at));
                }
            }
            return sizeBytes;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    @Test
    void windowsInAnyOrderMakeTheSameDisk() {
        // Given
        int tailBytes = 100_000;
        long sizeBytes = 4L * WINDOW_BYTES + tailBytes;
        byte[] file = new byte[3 * WINDOW_BYTES + tailBytes];
        new Random(3).nextBytes(file);
        Shuffled reader = new Shuffled(sizeBytes, List.of(3, 0, 1, 4));
        // When
        feed(file, reader);
        ChunkAssembler.Disk disk = assembler.finish(reader.end(assembler));
        // Then
        ByteBuffer expected = AlignedBuffer.allocate(Math.toIntExact(CLUSTER.roundUp(sizeBytes)));
        expected.put(3 * WINDOW_BYTES, file, 0, WINDOW_BYTES);
        expected.put(0, file, WINDOW_BYTES, 2 * WINDOW_BYTES);
        expected.put(4 * WINDOW_BYTES, file, 3 * WINDOW_BYTES, tailBytes);
        assertThat(stored(expected.capacity())).isEqualTo(expected);
        assertThat(disk.lengthBytes()).isEqualTo(sizeBytes);
        assertThat(disk.leaves()).isEqualTo(leaves(expected, sizeBytes, 0, 1, 3, 4));
        int clusters = 3 * WINDOW_BYTES / CLUSTER.bytes() + 2;
        assertThat(disk.footprint()).isEqualTo(new Footprint(CLUSTER, clusters, WINDOW_BYTES));
    }

    @Test
    void lastDataOfADiskThatGoesOnIsHashedWithTheZeroesBehindIt() {
        // Given
        long sizeBytes = 2L * WINDOW_BYTES;
        byte[] file = SparseBytes.full(1000);
        Shuffled reader = new Shuffled(sizeBytes, List.of(0));
        // When
        feed(file, reader);
        ChunkAssembler.Disk disk = assembler.finish(reader.end(assembler));
        // Then
        ByteBuffer expected = AlignedBuffer.allocate(Math.toIntExact(sizeBytes));
        expected.put(0, file);
        assertThat(stored(expected.capacity())).isEqualTo(expected);
        assertThat(disk.leaves()).isEqualTo(leaves(expected, sizeBytes, 0));
        assertThat(disk.footprint()).isEqualTo(new Footprint(CLUSTER, 1, sizeBytes - CLUSTER.bytes()));
    }

    @Test
    void diskThatIsTooLargeHasNoHead() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> assembler.begin(LENGTH_MAX + 1))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.TOO_LARGE));
        assertThat(assembler.head()).isEmpty();
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void dataBehindTheLargestDiskIsRefused() {
        assembler.begin(1);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> inWindow(part -> assembler.data(new DiskOffset(LENGTH_MAX), part)))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.TOO_LARGE));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> assembler.zeroes(new DiskOffset(LENGTH_MAX), 1))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.TOO_LARGE));
    }

    @Test
    void piecesInOrderAreStoredOnceAndNeverRead() {
        // Given
        byte[] bytes = SparseBytes.full(3 * WINDOW_BYTES + 70_000);
        assembler.begin(bytes.length);
        calls.watch();
        // When
        for (int at = 0; at < bytes.length; at += 10_000) {
            put(at, bytes, at, Math.min(10_000, bytes.length - at));
        }
        ChunkAssembler.Disk disk = assembler.finish(bytes.length);
        // Then
        assertThat(calls.calls()).containsOnly("write head").hasSize(4);
        ByteBuffer expected = AlignedBuffer.allocate(Math.toIntExact(CLUSTER.roundUp(bytes.length)));
        expected.put(0, bytes);
        assertThat(stored(expected.capacity())).isEqualTo(expected);
        assertThat(disk.leaves()).isEqualTo(leaves(expected, bytes.length, 0, 1, 2, 3));
    }

    @Test
    void windowThatHadToMakeRoomIsReadAndMerged() {
        // Given
        byte[] bytes = SparseBytes.full(2 * WINDOW_BYTES);
        int half = WINDOW_BYTES / 2 + 1000;
        assembler.begin(bytes.length);
        calls.watch();
        // When
        put(half, bytes, half, WINDOW_BYTES - half);
        put(WINDOW_BYTES, bytes, WINDOW_BYTES, WINDOW_BYTES);
        put(0, bytes, 0, half);
        ChunkAssembler.Disk disk = assembler.finish(bytes.length);
        // Then
        assertThat(calls.calls())
                .filteredOn(call -> call.startsWith("read"))
                .as("reads")
                .hasSize(1);
        ByteBuffer expected = AlignedBuffer.allocate(bytes.length).put(0, bytes);
        assertThat(stored(bytes.length)).isEqualTo(expected);
        assertThat(disk.leaves()).isEqualTo(leaves(expected, bytes.length, 0, 1));
        assertThat(disk.footprint()).isEqualTo(new Footprint(CLUSTER, bytes.length / CLUSTER.bytes(), 0));
    }

    @Test
    void pieceThatEndsInsideAClusterIsStoredWithZeroesAroundIt() {
        // Given
        assembler.begin(2L * WINDOW_BYTES);
        byte[] bytes = SparseBytes.full(10);
        // When
        put(CLUSTER.bytes() + 5, bytes, 0, 10);
        put(WINDOW_BYTES + 5, new byte[10], 0, 10);
        ChunkAssembler.Disk disk = assembler.finish(2L * WINDOW_BYTES);
        // Then
        ByteBuffer expected = AlignedBuffer.allocate(2 * WINDOW_BYTES).put(CLUSTER.bytes() + 5, bytes);
        assertThat(stored(2 * WINDOW_BYTES)).isEqualTo(expected);
        assertThat(disk.leaves()).isEqualTo(leaves(expected, 2L * WINDOW_BYTES, 0));
        assertThat(disk.footprint()).isEqualTo(new Footprint(CLUSTER, 1, 2L * WINDOW_BYTES - CLUSTER.bytes()));
    }

    @Test
    void lastChunkThatHadToMakeRoomIsHashedUpToTheEndOfTheDisk() {
        // Given
        int sizeBytes = WINDOW_BYTES + 100_000;
        byte[] bytes = SparseBytes.full(sizeBytes);
        assembler.begin(sizeBytes);
        // When
        put(WINDOW_BYTES, bytes, WINDOW_BYTES, 100_000);
        put(0, bytes, 0, 5);
        ChunkAssembler.Disk disk = assembler.finish(sizeBytes);
        // Then
        ByteBuffer expected = AlignedBuffer.allocate(Math.toIntExact(CLUSTER.roundUp(sizeBytes)))
                .put(0, bytes, 0, 5)
                .put(WINDOW_BYTES, bytes, WINDOW_BYTES, 100_000);
        assertThat(stored(expected.capacity())).isEqualTo(expected);
        assertThat(disk.leaves()).isEqualTo(leaves(expected, sizeBytes, 0, 1));
        assertThat(disk.footprint().allocatedClusters()).isEqualTo(3);
    }

    @Test
    void bytesThatTheMediumHasChangedAreNotMerged() {
        // Given
        byte[] bytes = SparseBytes.full(WINDOW_BYTES);
        assembler.begin(LENGTH_MAX);
        put(0, bytes, 0, 1000);
        put(WINDOW_BYTES, bytes, 0, 1000);
        flaky.flipBit(PoolName.head(id), 7, 3);
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> put(1000, bytes, 0, 1000))
                // Then
                .withMessageContaining("first in chunk 0")
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));
    }

    @Test
    void dataBehindTheEndOfTheDiskIsAMistake() {
        assembler.begin(LENGTH_MAX);
        put(0, new byte[10], 0, 10);
        assertThatThrownBy(() -> assembler.finish(9)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void windowThatCannotBeStoredIsToldOfOnceAndEndsTheDisk() {
        // Given
        assembler.begin(LENGTH_MAX);
        flaky.powerOff(1, FlakyEngine.Moment.BEFORE);
        // When
        inWindow(part -> assembler.data(new DiskOffset(0), part));
        // Then
        assertThat(told).hasSize(1);
        assertThatThrownBy(() -> inWindow(part -> assembler.data(new DiskOffset(WINDOW_BYTES), part)))
                .isSameAs(Stages.unwrapped(told.get(0)));
        assertThatThrownBy(assembler::awaitStored).isSameAs(Stages.unwrapped(told.get(0)));
    }

    @Test
    void windowThatCouldNotMakeRoomEndsTheDisk() {
        // Given
        byte[] bytes = SparseBytes.full(10);
        assembler.begin(LENGTH_MAX);
        put(0, bytes, 0, 10);
        flaky.powerOff(1, FlakyEngine.Moment.BEFORE);
        // When
        assertThatThrownBy(() -> put(WINDOW_BYTES, bytes, 0, 10))
                // Then
                .isSameAs(Stages.unwrapped(told.get(0)));
    }

    @Test
    void openWindowsAreLetGoWhenTheStreamIsCutBehindThem() {
        assembler.begin(LENGTH_MAX);
        inWindow(part -> assembler.data(new DiskOffset(0), part.slice(0, 10)));
        assertThat(diskWindows.windowsInUse()).isOne();
    }

    /** Passes bytes in memory that is no window, and that is spoilt afterwards. */
    private void put(long at, byte[] bytes, int from, int length) {
        HeapBytes lent = HeapBytes.of(bytes, from, from + length);
        try {
            assembler.data(new DiskOffset(at), lent);
        } finally {
            lent.takeBack();
        }
    }

    private interface Use {
        void of(WindowPart part);
    }

    /** Lends one whole window that is not zeroes. */
    private void inWindow(Use use) {
        new WindowFiller(windows, WINDOWS_MAX, 0, part -> lend(part, use))
                .fill(ByteBuffer.wrap(SparseBytes.full(WINDOW_BYTES)));
    }

    private static void lend(WindowPart part, Use use) {
        try {
            use.of(part);
        } finally {
            part.window().release();
        }
    }

    private void feed(byte[] file, FormatReader reader) {
        List<StreamOffset> ends = new ArrayList<>(List.of(StreamOffset.START));
        WindowFiller filler = new WindowFiller(
                windows,
                WINDOWS_MAX,
                0,
                part -> lend(part, lent -> {
                    StreamPiece piece = new StreamPiece(ends.get(ends.size() - 1), lent);
                    ends.add(piece.end());
                    reader.read(piece, assembler);
                }));
        filler.fill(ByteBuffer.wrap(file));
        filler.finish();
    }

    private ByteBuffer stored(int bytes) {
        ByteBuffer stored = AlignedBuffer.allocate(bytes);
        Stages.await(assembler.head().orElseThrow().volume().read(0, stored));
        return stored.clear();
    }

    private static LeafTable leaves(ByteBuffer disk, long sizeBytes, int... chunks) {
        LeafCollector leaves = new LeafCollector();
        for (int chunk : chunks) {
            int at = chunk * WINDOW_BYTES;
            int length = Math.toIntExact(Math.min(WINDOW_BYTES, sizeBytes - at));
            leaves.add(chunk, LeafHasher.ofThread().leaf(disk.slice(at, length)));
        }
        return leaves.finish();
    }
}
