// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.block.ByteSize;

import java.time.Duration;

/**
 * The limits of all sessions (I-7).
 *
 * @param sessionsMax how many there may be
 * @param transfersMax how many may receive at once
 * @param windowsPerTransfer how many windows each of those may hold
 * @param expireAfter how long a session stays after its last checkpoint, by the clock and by {@link ClientWait}
 * @param fileMax the longest file, and the largest disk
 */
public record SessionLimits(
        int sessionsMax, int transfersMax, int windowsPerTransfer, Duration expireAfter, ByteSize fileMax) {
    public SessionLimits {
        if (sessionsMax < 1 || transfersMax < 1 || windowsPerTransfer < 1) {
            throw new IllegalArgumentException("sessions-max, transfers-max and windows-per-transfer must be at least"
                    + " 1; they are " + sessionsMax + ", " + transfersMax + " and " + windowsPerTransfer);
        }
    }

    /** The configured limits. */
    public static SessionLimits of(SessionConfig config, ByteSize fileMax) {
        return new SessionLimits(
                config.sessionsMax(),
                config.transfersMax(),
                config.windowsPerTransfer(),
                config.expireAfter(),
                fileMax);
    }
}
