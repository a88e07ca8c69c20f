// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteSize;
import io.scrubjay.manifest.Manifest;

import java.time.Duration;

/**
 * The limits on volumes.
 *
 * @param sizeMax the largest size of a volume
 * @param writesMax how many writes may be in progress at once
 * @param windowsPerWrite how many windows one write may hold
 * @param patience how long a deletion waits for the users of a volume
 */
public record VolumeLimits(ByteSize sizeMax, int writesMax, int windowsPerWrite, Duration patience) {
    public VolumeLimits {
        if (writesMax < 1 || windowsPerWrite < 1) {
            throw new IllegalArgumentException("writes-max and windows-per-write must be at least 1; they are "
                    + writesMax + " and " + windowsPerWrite);
        }
        // A snapshot of it needs a manifest.
        sizeMax = new ByteSize(Math.min(sizeMax.bytes(), Manifest.LENGTH_BYTES_MAX));
    }

    /** The configured limits. */
    public static VolumeLimits of(VolumeConfig config, ByteSize sizeMax, Duration patience) {
        return new VolumeLimits(sizeMax, config.writesMax(), config.windowsPerWrite(), patience);
    }
}
