// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.ondisk.Medium;
import io.scrubjay.engine.spdk.process.Bounce;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The namespace below a pool on an NVMe device. It has no file that libblkid could probe, so its beginning and end are
 * copied into a file in memory that has holes for the rest. Thread-safe: guarded by itself.
 */
public final class NvmeNamespace implements Medium {
    /**
     * How much of it is copied: the signatures that libblkid knows are in the first two mebibytes and in the last one.
     */
    private static final long FIRST_BYTES = 4 << 20;

    private static final long LAST_BYTES = 1 << 20;
    private static final int STEP_BYTES = 1 << 20;

    private final Reactor reactor;
    private final OrderedDevice ordered;
    private final String device;

    /** @param ordered the ordered device on the namespace; {@link Bounce} is open */
    public NvmeNamespace(Reactor reactor, OrderedDevice ordered) {
        this.reactor = reactor;
        this.ordered = ordered;
        this.device = ordered.name();
    }

    @Override
    public Optional<String> content() {
        return lookedAt(DeviceFile::content);
    }

    @Override
    public boolean hasBlobstore() {
        return lookedAt(DeviceFile::hasBlobstore);
    }

    @Override
    public long size() {
        return reading(NvmeNamespace::sizeOf);
    }

    private static long sizeOf(NativeHandle handle) {
        return Errno.require(Reactor.awaited(handle.size()), "size of a namespace");
    }

    private <T> T lookedAt(Function<DeviceFile, T> look) {
        return reading(handle -> {
            long size = sizeOf(handle);
            try (DeviceFile ends = DeviceFile.inMemory(Path.of(device), size)) {
                copy(handle, ends, 0, Math.min(size, FIRST_BYTES));
                copy(handle, ends, Math.max(0, size - LAST_BYTES), size);
                return look.apply(ends);
            }
        });
    }

    private static void copy(NativeHandle handle, DeviceFile copy, long from, long to) {
        for (long at = from; at < to; at += STEP_BYTES) {
            ByteBuffer bytes = AlignedBuffer.allocate(Math.toIntExact(Math.min(STEP_BYTES, to - at)));
            Errno.require(Reactor.awaited(handle.read(at, bytes)), "read a namespace");
            copy.write(at, bytes);
        }
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        reading(handle -> Errno.require(Reactor.awaited(handle.read(offset, target)), "read a namespace"));
    }

    @Override
    public void write(long offset, ByteBuffer source) {
        with(
                NativeHandle.openWrite(reactor, device),
                handle -> Errno.require(Reactor.awaited(handle.write(offset, source)), "write a namespace"));
    }

    private <T> T reading(Function<NativeHandle, T> work) {
        return with(NativeHandle.openRead(reactor, device), work);
    }

    private static <T> T with(NativeHandle opened, Function<NativeHandle, T> work) {
        NativeHandle handle = opened.bounced();
        try {
            return work.apply(handle);
        } finally {
            handle.close();
        }
    }

    @Override
    public void sync() {
        ordered.flush();
    }

    @Override
    public String toString() {
        return device;
    }

    @Override
    public void close() {
        // No call leaves anything open.
    }
}
