// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.BufferAddress;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The error numbers of the system, and what a result of a native function means: at least 0, it is the answer; below,
 * it is {@code -errno}. The one place where such a result becomes an exception. Thread-safe: immutable.
 *
 * <p>The numbers differ between processors, so they are asked of the C library: they are no constants to the compiler,
 * and cannot be labels of a {@code switch}.
 */
public final class Errno {
    public static final int EPERM = number("EPERM");
    public static final int ENOENT = number("ENOENT");
    public static final int EIO = number("EIO");
    public static final int ENXIO = number("ENXIO");
    public static final int EAGAIN = number("EAGAIN");
    public static final int ENOMEM = number("ENOMEM");
    public static final int EACCES = number("EACCES");
    public static final int ENOTBLK = number("ENOTBLK");
    public static final int EBUSY = number("EBUSY");
    public static final int EEXIST = number("EEXIST");
    public static final int ENODEV = number("ENODEV");
    public static final int EINVAL = number("EINVAL");
    public static final int EFBIG = number("EFBIG");
    public static final int ENOSPC = number("ENOSPC");
    public static final int ENOSYS = number("ENOSYS");
    public static final int ELOOP = number("ELOOP");
    public static final int EILSEQ = number("EILSEQ");
    public static final int EOPNOTSUPP = number("EOPNOTSUPP");
    public static final int ESHUTDOWN = number("ESHUTDOWN");
    public static final int ESTALE = number("ESTALE");
    public static final int EDQUOT = number("EDQUOT");

    /** The agent, or the way to the device, was in trouble. */
    private static final Set<Integer> NOT_THE_MEDIUM = Stream.of(
                    "EPERM",
                    "EINTR",
                    "ENXIO",
                    "EAGAIN",
                    "ENOMEM",
                    "EACCES",
                    "EBUSY",
                    "ENODEV",
                    "ENFILE",
                    "EMFILE",
                    "ENOLINK",
                    "ENETDOWN",
                    "ENETUNREACH",
                    "ECONNABORTED",
                    "ECONNRESET",
                    "ENOTCONN",
                    "ESHUTDOWN",
                    "ETIMEDOUT",
                    "ECONNREFUSED",
                    "EHOSTDOWN",
                    "EHOSTUNREACH",
                    "ESTALE",
                    "ENOMEDIUM")
            .map(Errno::number)
            .collect(Collectors.toUnmodifiableSet());

    private Errno() {}

    /**
     * The result itself.
     *
     * @param call what was tried, for people
     * @throws EngineException.DeviceFailed when it is negative
     */
    public static long require(long result, String call) {
        if (result < 0) {
            throw failed(result, call);
        }
        return result;
    }

    /**
     * What a negative result means.
     *
     * @param call what was tried, for people
     * @throws IllegalArgumentException when the result is not negative: nothing has failed
     */
    public static EngineException.DeviceFailed failed(long result, String call) {
        if (result >= 0) {
            throw new IllegalArgumentException(call + " did not fail: " + result);
        }
        return new EngineException.DeviceFailed(call, Math.toIntExact(-result));
    }

    /** Whether it may be the medium that refused, and not the agent or the way to the device that was in trouble. */
    static boolean mayBeTheMedium(int errno) {
        return !NOT_THE_MEDIUM.contains(errno);
    }

    /**
     * The error number of this name, such as {@code ENOSPC}.
     *
     * @throws IllegalArgumentException for a name that the native library does not know
     */
    static int number(String name) {
        byte[] characters = name.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer text = ByteBuffer.allocateDirect(characters.length + 1);
        text.put(0, characters);
        try {
            int number = ErrnoNative.number(BufferAddress.of(text));
            if (number < 0) {
                throw new IllegalArgumentException("no error is called " + name);
            }
            return number;
        } finally {
            Reference.reachabilityFence(text);
        }
    }
}
