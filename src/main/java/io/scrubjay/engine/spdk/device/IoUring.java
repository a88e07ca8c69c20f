// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.util.Optional;

/** Whether the kernel lets this process use io_uring, which many containers forbid. */
public final class IoUring {
    private IoUring() {}

    /** Whether this process may use io_uring. */
    public static boolean isAllowed() {
        return DeviceNative.ioUring() == 0;
    }

    /**
     * Makes sure that SPDK can create its rings: SPDK does not check that, and crashes without them.
     *
     * @throws EngineException.PoolUnusable when the kernel refuses them
     */
    static void require() {
        require(DeviceNative.ioUring());
    }

    /**
     * The same, for a given result.
     *
     * @param result the result of {@link DeviceNative#ioUring}
     * @throws EngineException.PoolUnusable when it is negative
     */
    static void require(int result) {
        if (result < 0) {
            throw new EngineException.PoolUnusable(
                    "the kernel refuses io_uring to this process: " + reason(-result),
                    "allow it, or use aio: with the same device",
                    Optional.empty());
        }
    }

    private static String reason(int errno) {
        if (errno == Errno.EPERM) {
            return "kernel.io_uring_disabled or the container's seccomp filter forbids it";
        }
        return errno == Errno.ENOSYS
                ? "this kernel does not have it, or the container's seccomp filter hides it"
                : "errno " + errno;
    }
}
