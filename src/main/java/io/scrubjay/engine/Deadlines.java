// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.time.Duration;

/**
 * How long a {@link DeadlineEngine} waits for the device.
 *
 * @param io for one read, write, write of zeroes, unmap or flush
 * @param control for one call about the pool or about a whole volume, and for closing a handle or the engine
 */
public record Deadlines(Duration io, Duration control) {
    public Deadlines {
        if (io.isZero() || io.isNegative() || control.isZero() || control.isNegative()) {
            throw new IllegalArgumentException(
                    "io-deadline and control-deadline must be positive, such as 60s; they are " + io + " and "
                            + control);
        }
    }
}
