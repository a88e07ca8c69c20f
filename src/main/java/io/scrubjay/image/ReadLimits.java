// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

/**
 * The bounds all readers keep (I-7).
 *
 * @param readersMax readers at once
 * @param windowsPerReader windows one reader may hold: one being sent, the others read ahead
 */
public record ReadLimits(int readersMax, int windowsPerReader) {
    private static final int WINDOWS_PER_READER_MIN = 2;

    public ReadLimits {
        if (readersMax < 1 || windowsPerReader < WINDOWS_PER_READER_MIN) {
            throw new IllegalArgumentException(
                    readersMax + " readers of " + windowsPerReader + " windows; 1 reader of 2 is the least");
        }
    }
}
