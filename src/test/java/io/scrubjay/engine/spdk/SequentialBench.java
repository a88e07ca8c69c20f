// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;

/**
 * Sequential writes and reads of a mebibyte through the engine, for {@code ./dev bench spdk}, which runs fio beside it:
 * {@code SequentialBench <device> <MiB> <depth>}. The volume is written once before, so that writes are overwrites.
 */
final class SequentialBench {
    private static final int BLOCK_BYTES = 1 << 20;

    private final Volume volume;
    private final int blocks;
    private final int depth;
    /** The idle ones. */
    private final BlockingQueue<ByteBuffer> buffers = new LinkedBlockingQueue<>();

    private SequentialBench(Volume volume, int blocks, int depth) {
        this.volume = volume;
        this.blocks = blocks;
        this.depth = depth;
        for (int i = 0; i < depth; i++) {
            buffers.add(AlignedBuffer.allocate(BLOCK_BYTES));
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        Path device = Path.of(arguments[0]);
        int blocks = Integer.parseInt(arguments[1]);
        int depth = Integer.parseInt(arguments[2]);
        VolumeName name = VolumeName.of("bench");
        try (StorageEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, true)))) {
            engine.create(name, (long) blocks * BLOCK_BYTES, Provisioning.THIN);
            try (Volume volume = engine.open(name, Access.WRITE)) {
                SequentialBench bench = new SequentialBench(volume, blocks, depth);
                double first = bench.rate(volume::write);
                double write = bench.rate(volume::write);
                double read = bench.rate(volume::read);
                System.out.printf("bench spdk first=%.0f write=%.0f read=%.0f%n", first, write, read);
            }
        }
    }

    /** In MiB/s, until the last block is durable. As many are under way as there are buffers, whichever ends first. */
    private double rate(BiFunction<Long, ByteBuffer, CompletionStage<Void>> io) throws InterruptedException {
        long began = System.nanoTime();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (long block = 0; block < blocks; block++) {
            ByteBuffer buffer = buffers.take();
            CompletionStage<Void> unused = io.apply(block * BLOCK_BYTES, buffer).whenComplete((done, failed) -> {
                failure.compareAndSet(null, failed);
                buffers.add(buffer);
            });
        }
        List<ByteBuffer> idle = new ArrayList<>();
        while (idle.size() < depth) {
            idle.add(buffers.take());
        }
        buffers.addAll(idle);
        if (failure.get() != null) {
            throw new IllegalStateException("an I/O failed", failure.get());
        }
        volume.flush().toCompletableFuture().join();
        return blocks / ((System.nanoTime() - began) / 1e9);
    }
}
