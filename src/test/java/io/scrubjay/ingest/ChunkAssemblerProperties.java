// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.Window;
import io.scrubjay.flow.WindowPart;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.pool.TestPool;
import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.HeapBytes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.constraints.IntRange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pieces of a disk of any length, in any order, with gaps, make the same disk, leaves and footprint as the bytes
 * themselves; in pools with clusters smaller and larger than a chunk, and with few windows and many.
 */
@PropertyDefaults(tries = 60)
class ChunkAssemblerProperties {
    private static final long CAPACITY_BYTES = 64L << 20;
    private static final int SENDER_WINDOWS = 2;

    private record Extent(int from, int end) {
        int length() {
            return end - from;
        }
    }

    /** How far a piece may be from its place in the order of the disk. */
    private enum Order {
        SORTED,
        NEARLY_SORTED,
        SHUFFLED
    }

    @Property
    void piecesInAnyOrderMakeTheDisk(
            @ForAll long seed,
            @ForAll @IntRange(min = 12, max = 22) int clusterBits,
            @ForAll @IntRange(min = 1, max = 6) int shareWindows) {
        // Given
        Random random = new Random(seed);
        ClusterSize clusterSize = new ClusterSize(1 << clusterBits);
        int windowBytes = WindowPool.windowBytesFor(clusterSize);
        int sizeBytes = 1 + random.nextInt(Math.max(5 << 20, 3 * windowBytes));
        byte[] disk = SparseBytes.of(seed, sizeBytes);
        List<Extent> pieces = pieces(random, disk, windowBytes);
        WindowPool diskWindows = new WindowPool(windowBytes, shareWindows);
        WindowPool senderWindows = new WindowPool(windowBytes, SENDER_WINDOWS);
        ExecutorService workers = Executors.newFixedThreadPool(2);
        ImageId id = ImageId.random();

        try (StorageEngine engine = TestPool.open(clusterSize, CAPACITY_BYTES)) {
            Stores stores = new Stores(workers, failed -> {});
            ChunkAssembler.Disk made;
            // When
            try (ChunkAssembler assembler = new ChunkAssembler(
                    engine, new WindowShare(diskWindows, shareWindows, stores), stores, CAPACITY_BYTES, id)) {
                assembler.begin(random.nextBoolean() ? sizeBytes : 1);
                for (Extent piece : pieces) {
                    pass(assembler, senderWindows, disk, piece);
                }
                made = assembler.finish(sizeBytes);
                assembler.head().orElseThrow().close();
            }

            // Then
            new ExpectedDisk(disk).requireIn(engine, id, made);
            assertThat(diskWindows.windowsInUse()).isZero();
            assertThat(senderWindows.windowsInUse()).isZero();
        } finally {
            workers.shutdown();
        }
    }

    /** Cuts a disk into pieces, leaves out some of its zeroes, and changes the order of the rest. */
    private static List<Extent> pieces(Random random, byte[] disk, int windowBytes) {
        List<Extent> pieces = new ArrayList<>();
        int lengthMax = Math.max(1, disk.length / 20);
        int at = 0;
        while (at < disk.length) {
            boolean isWindow = at % windowBytes == 0 && random.nextInt(3) == 0;
            int length = isWindow ? windowBytes : 1 + random.nextInt(random.nextInt(4) == 0 ? 5000 : lengthMax);
            Extent piece = new Extent(at, Math.min(disk.length, at + length));
            if (!ExpectedDisk.isZero(disk, piece.from(), piece.end()) || random.nextBoolean()) {
                pieces.add(piece);
            }
            at = piece.end();
        }
        switch (Order.values()[random.nextInt(Order.values().length)]) {
            case SORTED -> {
                // They are.
            }
            case NEARLY_SORTED -> {
                for (int i = 0; i + 4 <= pieces.size(); i += 2) {
                    Collections.shuffle(pieces.subList(i, i + 4), random);
                }
            }
            case SHUFFLED -> Collections.shuffle(pieces, random);
        }
        return pieces;
    }

    /** Passes a piece in a window if it fills one, and otherwise in memory that is spoilt afterwards. */
    private static void pass(ChunkAssembler assembler, WindowPool windows, byte[] disk, Extent piece) {
        if (piece.length() == windows.windowBytes() && piece.from() % windows.windowBytes() == 0) {
            Window window = Stages.await(windows.take());
            window.bytes().put(0, disk, piece.from(), piece.length());
            assembler.data(new DiskOffset(piece.from()), new WindowPart(window, 0, piece.length()));
            window.release();
            return;
        }
        HeapBytes lent = HeapBytes.of(disk, piece.from(), piece.end());
        assembler.data(new DiskOffset(piece.from()), lent);
        lent.takeBack();
    }
}
