// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.process.Reactor;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Keeps everybody else from using a device, from before SPDK opens it until it is released. Thread-safe. */
public final class DeviceLock {
    /** Devices in use that have no file to lock. */
    private static final Set<SpdkDevice> IN_USE = new HashSet<>();

    private DeviceLock() {}

    /**
     * Takes a device. A file or block device is locked against other processes, and its length must be whole blocks.
     *
     * @return the file that holds the lock; none if the device is not a file
     * @throws EngineException.PoolUnusable when somebody else uses the device, or it cannot be used
     */
    public static Optional<DeviceFile> take(SpdkDevice device) {
        if (device instanceof SpdkDevice.Aio aio) {
            return Optional.of(openLocked(aio.path()));
        }
        if (device instanceof SpdkDevice.Uring uring) {
            return Optional.of(openLocked(uring.path()));
        }
        synchronized (IN_USE) {
            if (!IN_USE.add(device)) {
                throw EngineException.PoolUnusable.inUse(device + " is in use in this process", "close it first");
            }
        }
        return Optional.empty();
    }

    private static DeviceFile openLocked(Path path) {
        try {
            DeviceFile file = DeviceFile.openLocked(path);
            try {
                requireWholeBlocks(file);
                return file;
            } catch (RuntimeException odd) {
                file.close();
                throw odd;
            }
        } catch (UnsatisfiedLinkError | NoClassDefFoundError absent) {
            throw Reactor.absent(absent);
        }
    }

    /** SPDK refuses a device that ends within a block. One without a store can be cut or extended to any whole block. */
    private static void requireWholeBlocks(DeviceFile file) {
        long size = file.size();
        long block = AlignedBuffer.ALIGNMENT_BYTES;
        long rounded = (size + block - 1) / block * block;
        if (size != rounded) {
            throw refuse(
                    file + " is " + size + " bytes long, which is not a multiple of " + block,
                    "nothing was changed: change its size to a multiple, such as " + rounded + " bytes");
        }
        if (size == 0) {
            throw refuse(file + " is empty", "nothing was changed: give it the size that the pool should have");
        }
    }

    /** Releases the device and closes its file. */
    public static void giveUp(SpdkDevice device, Optional<DeviceFile> file) {
        file.ifPresent(DeviceFile::close);
        giveUp(device);
    }

    /** Releases a device whose file, if it has one, is already closed. */
    public static void giveUp(SpdkDevice device) {
        synchronized (IN_USE) {
            IN_USE.remove(device);
        }
    }

    private static EngineException.PoolUnusable refuse(String reason, String remedy) {
        return new EngineException.PoolUnusable(reason, remedy, Optional.empty());
    }
}
