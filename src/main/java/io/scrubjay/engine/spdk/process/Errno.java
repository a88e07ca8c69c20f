// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.engine.EngineException;

import java.util.Map;

/** The one place where a negative result becomes an exception. The numbers are Linux's, on every architecture SPDK has. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int ENOTBLK = 15;
    public static final int EBUSY = 16;
    static final int EEXIST = 17;
    public static final int ENODEV = 19;
    static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int ENOSYS = 38;
    public static final int EILSEQ = 84;
    static final int ESHUTDOWN = 108;

    /** What the C library says for the errors whose number SPDK's RPC does not always give. */
    private static final Map<String, Integer> BY_TEXT = Map.of(
            "Operation not permitted", EPERM,
            "No such file or directory", ENOENT,
            "Cannot allocate memory", ENOMEM,
            "Device or resource busy", EBUSY,
            "File exists", EEXIST,
            "No such device", ENODEV,
            "Invalid argument", EINVAL,
            "No space left on device", ENOSPC);

    private Errno() {}

    /**
     * The result itself.
     *
     * @throws EngineException.DeviceFailed when it is negative
     */
    public static long require(long result, String call) {
        if (result < 0) {
            throw failed(result, call);
        }
        return result;
    }

    public static EngineException.DeviceFailed failed(long result, String call) {
        return new EngineException.DeviceFailed(call, Math.toIntExact(-result));
    }

    /** The number that a text of the C library's stands for, or 0. */
    static int ofText(String text) {
        return BY_TEXT.getOrDefault(text, 0);
    }
}
