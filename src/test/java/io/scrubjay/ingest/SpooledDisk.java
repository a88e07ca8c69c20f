// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.HeapBytes;
import io.scrubjay.source.StreamOffset;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;

/**
 * A disk that comes in a file from its end to its beginning, piece by piece. Some of the pieces are placed at once;
 * the others are kept in a spool for a while. Over any engine; confined to one thread.
 */
final class SpooledDisk {
    private static final long LENGTH_MAX = 1L << 30;

    private record Kept(StreamOffset inFile, int onDisk, int length) {}

    private final StorageEngine engine;
    private final ImageId id;
    private final byte[] bytes;
    private final Random random;
    private final WindowPool windows;
    private final List<Kept> kept = new ArrayList<>();
    private long keptBytes;

    /**
     * @param bytes the disk
     * @param random which pieces there are, and for how long each is kept
     * @param windows all of them are the share of this disk
     */
    SpooledDisk(StorageEngine engine, ImageId id, byte[] bytes, Random random, WindowPool windows) {
        this.engine = engine;
        this.id = id;
        this.bytes = bytes;
        this.random = random;
        this.windows = windows;
    }

    /** How many bytes the spool says that it has kept. */
    long keptBytes() {
        return keptBytes;
    }

    /** Writes the disk; whether or not that fails, it leaves the head closed, and no window in use. */
    ChunkAssembler.Disk make(Executor workers) {
        Stores stores = new Stores(workers, failed -> {});
        WindowShare share = new WindowShare(windows, windows.windowsMax(), stores);
        PoolSpool spool = new PoolSpool(engine, share, stores, id, all -> keptBytes = all);
        ChunkAssembler assembler = new ChunkAssembler(engine, share, stores, LENGTH_MAX, id);
        try (assembler) {
            assembler.begin(bytes.length);
            pass(spool, assembler);
            ChunkAssembler.Disk made = assembler.finish(bytes.length);
            spool.remove();
            return made;
        } finally {
            spool.abandon();
            spool.close();
            assembler.head().ifPresent(head -> head.close());
        }
    }

    private void pass(PoolSpool spool, ChunkAssembler assembler) {
        StreamOffset at = StreamOffset.START;
        int end = bytes.length;
        while (end > 0) {
            int length = Math.min(end, 1 + random.nextInt(Math.max(1, bytes.length / 10)));
            Kept piece = new Kept(at, end - length, length);
            HeapBytes lent = HeapBytes.of(bytes, end - length, end);
            if (random.nextInt(3) == 0) {
                assembler.data(new DiskOffset(piece.onDisk()), lent);
            } else {
                spool.keep(at, lent);
                kept.add(piece);
            }
            lent.takeBack();
            at = at.plus(length);
            end -= length;
            if (!kept.isEmpty() && random.nextInt(4) == 0) {
                placeOne(spool, assembler);
            }
        }
        while (!kept.isEmpty()) {
            placeOne(spool, assembler);
        }
    }

    private void placeOne(PoolSpool spool, ChunkAssembler assembler) {
        Kept piece = kept.remove(random.nextInt(kept.size()));
        ByteBuffer read = ByteBuffer.allocate(piece.length());
        spool.read(piece.inFile(), read);
        assembler.data(new DiskOffset(piece.onDisk()), HeapBytes.of(read.array(), 0, piece.length()));
    }
}
