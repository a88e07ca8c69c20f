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
 * The error numbers of the system, and the results of native functions: a result of at least 0 is the answer; a
 * negative one is {@code -errno}. Only this class turns such a result into an exception. Thread-safe: immutable.
 *
 * <p>The numbers differ between processors, so they come from the C library. The compiler does not know them as
 * constants, so they cannot be {@code case} labels of a {@code switch}.
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

    /** Errors of the agent or of the connection to the device. */
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
     * Returns the result, unless it is negative.
     *
     * @param call the native call, for people
     * @throws EngineException.DeviceFailed when it is negative
     */
    public static long require(long result, String call) {
        if (result < 0) {
            throw failed(result, call);
        }
        return result;
    }

    /**
     * The exception for a negative result.
     *
     * @param call the native call, for people
     * @throws IllegalArgumentException when the result is not negative, so nothing has failed
     */
    public static EngineException.DeviceFailed failed(long result, String call) {
        if (result >= 0) {
            throw new IllegalArgumentException(call + " did not fail: " + result);
        }
        return new EngineException.DeviceFailed(call, Math.toIntExact(-result));
    }

    /** Whether the medium may have caused this error, rather than the agent or the connection to the device. */
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
