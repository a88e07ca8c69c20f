// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;

import java.io.Serial;

/**
 * A page of metadata cannot be read or is invalid. Never leaves {@code engine.spdk}: the code that reads metadata
 * decides what follows.
 */
public final class DamagedMetadata extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** The damage of a page that a device or a stray write has changed. */
    static final String WRONG = "has a wrong checksum";

    private static final String EMPTY = "is empty";

    private final long page;
    private final int errno;

    /** @param reason what is wrong, as the end of a sentence about the page */
    DamagedMetadata(long page, String reason) {
        super(reason);
        this.page = page;
        this.errno = 0;
    }

    /** The page contains only zeroes. */
    static DamagedMetadata empty(long page) {
        return new DamagedMetadata(page, EMPTY);
    }

    /** The page cannot be read. */
    DamagedMetadata(long page, EngineException.DeviceFailed failure) {
        super("cannot be read", failure);
        this.page = page;
        this.errno = failure.errno();
    }

    long page() {
        return page;
    }

    boolean isEmpty() {
        return EMPTY.equals(getMessage());
    }

    /** The system's error number, or 0 when the page could be read but is invalid. */
    int errno() {
        return errno;
    }

    /** {@code cannot be read (errno 5)}. */
    String reason() {
        return getMessage() + (errno == 0 ? "" : " (errno " + errno + ")");
    }
}
