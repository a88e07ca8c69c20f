// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.io.Serial;

/** SPDK refused a call. Becomes an {@link EngineException} before it leaves the package. */
public final class RpcFailed extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int ERRNO_MAX = 4095;

    private final String method;
    private final int errno;

    private RpcFailed(String method, int errno, String message) {
        super(method + ": " + message);
        this.method = method;
        this.errno = errno;
    }

    /**
     * From the error object of an answer: its code is sometimes {@code -errno}; otherwise the error number follows from
     * its text.
     */
    static RpcFailed of(String method, JsonNode error) {
        int code = error.path("code").asInt();
        String text = error.path("message").asText();
        int errno = code < 0 && code >= -ERRNO_MAX ? -code : numberOf(text);
        return new RpcFailed(method, errno, text);
    }

    /** The C library's texts for the errors whose numbers SPDK does not always report. */
    private static int numberOf(String text) {
        return switch (text) {
            case "Operation not permitted" -> Errno.EPERM;
            case "No such file or directory" -> Errno.ENOENT;
            case "Cannot allocate memory" -> Errno.ENOMEM;
            case "Device or resource busy" -> Errno.EBUSY;
            case "File exists" -> Errno.EEXIST;
            case "No such device" -> Errno.ENODEV;
            case "Invalid argument" -> Errno.EINVAL;
            case "No space left on device" -> Errno.ENOSPC;
            default -> 0;
        };
    }

    /** The positive error number, or 0 when it is unknown. */
    public int errno() {
        return errno;
    }

    /** SPDK reports a lack of memory when the pool has no metadata page left. */
    public EngineException asEngineException() {
        if (errno == Errno.ENOMEM || errno == Errno.ENOSPC) {
            return new EngineException.NoSpace(
                    "the pool has no room for another volume or a larger one: " + getMessage());
        }
        return new EngineException.DeviceFailed(method + " (" + getMessage() + ")", errno, this);
    }
}
