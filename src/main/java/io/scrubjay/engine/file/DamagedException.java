// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import java.io.Serial;

/** A small file of the pool is invalid, or cannot be read. Its message tells people why. */
final class DamagedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final int errno;

    DamagedException(String reason) {
        super(reason);
        this.errno = 0;
    }

    DamagedException(String reason, Throwable cause) {
        super(reason, cause);
        this.errno = 0;
    }

    /** The file cannot be read. */
    DamagedException(String reason, int errno) {
        super(reason);
        this.errno = errno;
    }

    /** The system's error number, or 0 when the file was read but is invalid. */
    int errno() {
        return errno;
    }
}
