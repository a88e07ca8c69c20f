// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long the I/O of an exported volume stands still while the snapshot below it is deleted, on a device that does not
 * clear what is freed: {@code MergeBench <file> <GiB of the device> <MiB of the snapshot>}. Makes the file, sparse. What is
 * measured is the longest of many reads of a block through the engine; the same guard holds back a client's writes.
 */
final class MergeBench {
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName SNAPSHOT = VolumeName.of("snapshot");
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";
    private static final int ROUNDS = 3;
    private static final int STEP = 8 << 20;

    private MergeBench() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        int device = Integer.parseInt(arguments[1]);
        int data = Integer.parseInt(arguments[2]);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength((long) device << 30);
        }
        // Making a pool clears its device: with holes, that writes nothing.
        SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(file, true))).close();
        SpdkPool pool = TestDevice.pool(new SpdkDevice.Aio(file, false)).withExports(TestDevice.exportsTo(HOST));
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(VOLUME, (long) data << 20, Provisioning.THIN);
            write(engine, data);
            for (int round = 0; round < ROUNDS; round++) {
                measure(engine, device, data);
            }
        }
    }

    private static void measure(SpdkEngine engine, int device, int data) {
        engine.snapshot(VOLUME, SNAPSHOT);
        write(engine, data);
        engine.exports().orElseThrow().export(VOLUME);
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Long> longest = CompletableFuture.supplyAsync(() -> longestRead(engine, ended));
        long began = System.nanoTime();
        engine.delete(SNAPSHOT);
        double seconds = (System.nanoTime() - began) / 1e9;
        ended.set(true);
        System.out.printf(
                "bench merge device=%dG snapshot=%dM still=%.0fms delete=%.1fs%n",
                device, data, longest.join() / 1e6, seconds);
        engine.exports().orElseThrow().end(VOLUME);
    }

    private static void write(SpdkEngine engine, int mebibytes) {
        byte[] bytes = AwaitedVolume.pattern(1, STEP);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
            for (long at = 0; at < (long) mebibytes << 20; at += STEP) {
                volume.write(at, bytes);
            }
        }
    }

    private static long longestRead(SpdkEngine engine, AtomicBoolean ended) {
        ByteBuffer block = AlignedBuffer.allocate(SpdkVolume.IO_ALIGNMENT_BYTES);
        long longest = 0;
        try (Volume volume = engine.open(VOLUME, Access.READ)) {
            while (!ended.get()) {
                long began = System.nanoTime();
                Stages.await(volume.read(0, block.clear()));
                longest = Math.max(longest, System.nanoTime() - began);
            }
        }
        return longest;
    }
}
