// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.BufferAddress;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.ondisk.Medium;
import io.scrubjay.engine.spdk.process.NativeText;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A pool's file or block device, accessed without SPDK: to lock, read, write and sync it. Thread-safe until it is
 * closed; blocks for the device.
 */
public final class DeviceFile implements Medium {
    private static final int ENDS_BYTES = 1 << 20;
    private static final int NAME_BYTES_MAX = 256;

    private final Path path;
    private final int descriptor;

    private DeviceFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * Opens and locks a device.
     *
     * @throws EngineException.PoolUnusable when it does not exist, is in use, or cannot be opened
     */
    public static DeviceFile openLocked(Path path) {
        NativeText name = NativeText.of(path.toAbsolutePath().toString());
        int result;
        try {
            result = DeviceNative.openLocked(name.address());
        } finally {
            Reference.reachabilityFence(name);
        }
        if (result < 0) {
            throw unusable(path, -result);
        }
        return new DeviceFile(path, result);
    }

    /** A file that is only in memory and consists of one hole. */
    static DeviceFile inMemory(Path name, long sizeBytes) {
        int descriptor = DeviceNative.openMemory(sizeBytes);
        Errno.require(descriptor, "make a file in memory");
        return new DeviceFile(name, descriptor);
    }

    @Override
    public void write(long offset, ByteBuffer bytes) {
        long result;
        try {
            result = DeviceNative.write(descriptor, BufferAddress.of(bytes), offset, bytes.remaining());
        } finally {
            Reference.reachabilityFence(bytes);
        }
        Errno.require(result, "write " + path);
    }

    private static EngineException.PoolUnusable unusable(Path path, int errno) {
        if (errno == Errno.EAGAIN) {
            return EngineException.PoolUnusable.inUse(
                    path + " is in use by another agent",
                    "stop that agent first, or give this one a device of its own (scrubjay.spdk.device)");
        }
        if (errno == Errno.EBUSY) {
            return refuse(path + " is mounted, or claimed by the kernel", "name a device that nothing else uses");
        }
        if (errno == Errno.ENOENT) {
            return refuse("there is no " + path, "make it, or correct scrubjay.spdk.device");
        }
        if (errno == Errno.ENOTBLK) {
            return refuse(path + " is neither a file nor a block device", "name one that is");
        }
        return errno == Errno.EACCES || errno == Errno.EPERM
                ? refuse(path + " may not be opened for writing", "give the agent's user write access")
                : refuse(path + " cannot be opened (errno " + errno + ")", "see the kernel's log");
    }

    private static EngineException.PoolUnusable refuse(String reason, String remedy) {
        return new EngineException.PoolUnusable(reason, remedy, Optional.empty());
    }

    @Override
    public Optional<String> content() {
        Optional<String> signature = signature();
        if (signature.isPresent()) {
            return signature;
        }
        long size = size();
        if (!isZero(0, Math.min(size, ENDS_BYTES))) {
            return Optional.of("unknown data in its first mebibyte");
        }
        if (!isZero(Math.max(0, size - ENDS_BYTES), Math.min(size, ENDS_BYTES))) {
            return Optional.of("unknown data in its last mebibyte");
        }
        return Optional.empty();
    }

    private Optional<String> signature() {
        ByteBuffer name = ByteBuffer.allocateDirect(NAME_BYTES_MAX);
        int length = Math.toIntExact(Errno.require(
                DeviceNative.signature(descriptor, BufferAddress.of(name), NAME_BYTES_MAX),
                "look for signatures on " + path));
        byte[] text = new byte[length];
        name.get(0, text);
        return length == 0
                ? Optional.empty()
                : Optional.of("a signature of " + new String(text, StandardCharsets.UTF_8));
    }

    private boolean isZero(long offset, long length) {
        return ZeroScan.isZero(read(offset, Math.toIntExact(length)));
    }

    /** Whether the device begins with the signature of a super block. */
    @Override
    public boolean hasBlobstore() {
        byte[] magic = new byte[8];
        ByteBuffer start = read(0, AlignedBuffer.ALIGNMENT_BYTES);
        if (start.remaining() < magic.length) {
            return false;
        }
        start.get(magic);
        return new String(magic, StandardCharsets.US_ASCII).equals("SPDKBLOB");
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        int length = target.remaining();
        if (readSome(offset, target) < length) {
            throw new EngineException.DeviceFailed("read " + path + " beyond its end", Errno.EIO);
        }
    }

    private ByteBuffer read(long offset, int length) {
        ByteBuffer bytes = AlignedBuffer.allocate(length);
        return bytes.limit((int) readSome(offset, bytes));
    }

    /** Reads fewer bytes than asked for only at the end of the device. */
    private long readSome(long offset, ByteBuffer target) {
        try {
            return Errno.require(
                    DeviceNative.read(descriptor, BufferAddress.of(target), offset, target.remaining()),
                    "read " + path + " at byte " + offset);
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    @Override
    public long size() {
        return Errno.require(DeviceNative.size(descriptor), "size of " + path);
    }

    @Override
    public void sync() {
        Errno.require(DeviceNative.sync(descriptor), "fdatasync " + path);
    }

    /** Closes the device, which also releases the lock. */
    @Override
    public void close() {
        Errno.require(DeviceNative.close(descriptor), "close " + path);
    }
}
