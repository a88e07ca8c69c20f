// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;

import java.util.function.LongSupplier;

/** What the error numbers of the system mean here. Thread-safe: has no state. */
final class FileErrno {
    static final int NO_SPACE = FileNative.enospc();
    static final int QUOTA_EXCEEDED = FileNative.edquot();
    static final int INVALID = FileNative.einval();
    static final int BEYOND_END = FileNative.enxio();
    static final int UNSUPPORTED = FileNative.eopnotsupp();
    static final int ABSENT = FileNative.enoent();
    static final int EXISTS = FileNative.eexist();
    static final int WOULD_BLOCK = FileNative.ewouldblock();
    static final int FILE_TOO_LARGE = FileNative.efbig();
    static final int TOO_MANY_LINKS = FileNative.eloop();
    static final int STALE = FileNative.estale();

    private FileErrno() {}

    /** Whether a native function's result is this error. */
    static boolean is(int errno, long result) {
        return result == -errno;
    }

    /**
     * Translates a negative result of {@link FileNative}.
     *
     * @param call what was tried, for people
     * @param requestedBytes how much room it would have taken, if that was it
     * @param availableBytes how much room there is; asked only if that was it
     */
    static EngineException failure(String call, long result, long requestedBytes, LongSupplier availableBytes) {
        if (result >= 0) {
            throw new IllegalArgumentException(call + " did not fail: " + result);
        }
        if (is(FILE_TOO_LARGE, result)) {
            return new EngineException.NoSpace("the pool's file system cannot hold a file of that length");
        }
        return is(NO_SPACE, result) || is(QUOTA_EXCEEDED, result)
                ? new EngineException.NoSpace(requestedBytes, availableBytes.getAsLong())
                : new EngineException.DeviceFailed(call, Math.toIntExact(-result));
    }
}
