// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.FreePort;
import io.scrubjay.engine.spdk.SpdkPool.ClearMode;
import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;
import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.process.JsonRpc;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.ReactorOptions;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A device to make a pool on: full of {@code 0xDD}, as a used disk is, but for what a blank one must have at both ends. */
public final class TestDevice {
    public static final int CLUSTER_BYTES = 1 << 20;
    static final byte STALE = (byte) 0xDD;
    static final String FILE_NAME = "device";

    /** SPDK starts once in the tests' process: the memory for devices in memory is its own. */
    private static final ReactorOptions REACTOR =
            new ReactorOptions(0, 512, ReactorOptions.Memory.ORDINARY, ReactorOptions.Mode.INTERRUPT);

    private static final ReactorOptions POLLING =
            new ReactorOptions(0, 512, ReactorOptions.Memory.ORDINARY, ReactorOptions.Mode.POLL);

    /** The last device in memory that was made, if it is still there. Its pool stays open in SPDK, with its name. */
    private static Optional<SpdkDevice> memory = Optional.empty();

    private TestDevice() {}

    /** A file that has room for so many clusters of data beside what SPDK needs for itself. */
    public static Path make(Path directory, int dataClusters) {
        giveMemoryBack();
        Path file = directory.resolve(FILE_NAME);
        try (RandomAccessFile device = new RandomAccessFile(file.toFile(), "rw")) {
            int clusters = dataClusters + 1;
            device.setLength((long) clusters * CLUSTER_BYTES);
            byte[] stale = new byte[CLUSTER_BYTES];
            Arrays.fill(stale, STALE);
            for (int cluster = 1; cluster < clusters - 1; cluster++) {
                device.seek((long) cluster * CLUSTER_BYTES);
                device.write(stale);
            }
            return file;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The same in memory. */
    static SpdkDevice memory(int dataClusters) {
        giveMemoryBack();
        SpdkDevice device = new SpdkDevice.Malloc(new ByteSize((dataClusters + 1L) * CLUSTER_BYTES));
        memory = Optional.of(device);
        Reactor reactor = Reactor.started(REACTOR);
        BaseDevice fresh = BaseDevice.attach(reactor, device);
        NativeHandle handle = NativeHandle.openWrite(reactor, fresh.name());
        try {
            ByteBuffer stale = RawPool.cluster(STALE);
            for (int cluster = 0; cluster <= dataClusters; cluster++) {
                Errno.require(Reactor.awaited(handle.write((long) cluster * CLUSTER_BYTES, stale)), "fill a device");
            }
        } finally {
            handle.close();
        }
        return device;
    }

    /** Ends the device in memory that was made last, if it is still there; its pool has to be closed. */
    static void giveMemoryBack() {
        memory.ifPresent(device -> {
            Reactor reactor = Reactor.started(REACTOR);
            String name = BaseDevice.attach(reactor, device).name();
            reactor.rpc().call("bdev_malloc_delete", JsonRpc.parameters().put("name", name));
        });
        memory = Optional.empty();
    }

    /** The options to open such a pool, and to make it first. */
    public static SpdkPool pool(SpdkDevice device) {
        return new SpdkPool(
                device,
                "scrubjay",
                new ClusterSize(CLUSTER_BYTES),
                FormatPolicy.IF_BLANK,
                ClearMode.AUTO,
                0,
                device instanceof SpdkDevice.Nvme ? POLLING : REACTOR,
                Optional.empty());
    }

    /** Exports on this machine's loopback, at a port that nobody has, to one host without a key. */
    static ExportOptions exportsTo(String host) {
        return new ExportOptions("127.0.0.1", FreePort.take(), List.of(host), Optional.empty(), Optional.empty());
    }

    /** A direct buffer of one block. */
    static ByteBuffer block(byte value) {
        ByteBuffer bytes = AlignedBuffer.allocate(SpdkVolume.IO_ALIGNMENT_BYTES);
        while (bytes.hasRemaining()) {
            bytes.put(value);
        }
        return bytes.flip();
    }
}
