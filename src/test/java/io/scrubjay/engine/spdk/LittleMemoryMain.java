// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.process.JsonRpc;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.ReactorOptions;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A program that opens a pool with little memory for SPDK, has something else take all of it, as the connections of hosts do,
 * and then has clusters copied, as many at once as can be: {@code LittleMemoryMain <device> <cluster size> <MiB of memory>}.
 */
final class LittleMemoryMain {
    static final String DONE = "all was copied";

    private static final int PIECE_BYTES = 512 << 10;
    private static final int CLONES = 4;
    private static final int CLUSTERS = 2;
    private static final VolumeName IMAGE = VolumeName.of("image");

    private LittleMemoryMain() {}

    public static void main(String[] arguments) {
        ClusterSize clusterSize = ClusterSize.parse(arguments[1]);
        SpdkPool pool = TestDevice.pool(new SpdkDevice.Aio(Path.of(arguments[0]), false));
        SpdkPool little = new SpdkPool(
                pool.device(),
                pool.name(),
                clusterSize,
                pool.format(),
                pool.clear(),
                pool.reserveClusters(),
                new ReactorOptions(
                        0,
                        Integer.parseInt(arguments[2]),
                        ReactorOptions.Memory.ORDINARY,
                        ReactorOptions.Mode.INTERRUPT),
                pool.exports());
        try (SpdkEngine engine = SpdkEngine.open(little)) {
            copy(engine, clusterSize.bytes(), Reactor.started(little.reactor()).rpc());
            System.out.println(DONE);
        } catch (EngineException refused) {
            System.out.println(refused.getMessage());
        }
    }

    private static void copy(SpdkEngine engine, int clusterBytes, JsonRpc rpc) {
        byte[] image = AwaitedVolume.pattern(1, CLUSTERS * clusterBytes);
        VolumeName head = VolumeName.of("head");
        engine.create(head, image.length, Provisioning.THIN);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, head.value(), Access.WRITE)) {
            volume.write(0, image).flush();
        }
        engine.seal(head, IMAGE);
        engine.cloneOf(IMAGE, VolumeName.of("inflated"));
        byte[] block = AwaitedVolume.pattern(2, SpdkVolume.IO_ALIGNMENT_BYTES);
        List<AwaitedVolume> clones = new ArrayList<>();
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (int i = 0; i < CLONES; i++) {
            engine.cloneOf(IMAGE, VolumeName.of("clone-" + i));
            clones.add(AwaitedVolume.open(engine, "clone-" + i, Access.WRITE));
        }
        takeMemory(rpc);
        CompletableFuture<Void> inflation = CompletableFuture.runAsync(() -> engine.inflate(VolumeName.of("inflated")));
        for (AwaitedVolume clone : clones) {
            for (int cluster = 0; cluster < CLUSTERS; cluster++) {
                writes.add(clone.volume().write((long) cluster * clusterBytes + 8192, AwaitedVolume.buffer(block)));
            }
        }
        writes.forEach(Stages::await);
        inflation.join();
        System.out.println("all writes were answered");
        for (int cluster = 0; cluster < CLUSTERS; cluster++) {
            System.arraycopy(block, 0, image, cluster * clusterBytes + 8192, block.length);
        }
        for (AwaitedVolume clone : clones) {
            if (!Arrays.equals(clone.readAll(), image)) {
                throw new AssertionError("a clone has other bytes");
            }
            clone.close();
        }
    }

    /** All but what is needed in small pieces: a connection takes about a mebibyte. */
    private static void takeMemory(JsonRpc rpc) {
        long pieces = 0;
        try {
            while (true) {
                rpc.call(
                        "bdev_malloc_create",
                        JsonRpc.parameters()
                                .put("name", "piece-" + pieces)
                                .put("block_size", SpdkVolume.IO_ALIGNMENT_BYTES)
                                .put("num_blocks", PIECE_BYTES / SpdkVolume.IO_ALIGNMENT_BYTES));
                pieces++;
            }
        } catch (RpcFailed full) {
            System.out.println(pieces + " pieces of memory were taken");
        }
    }
}
