// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

/**
 * The limits for all readers (I-7).
 *
 * @param readersMax readers at once
 * @param windowsPerReader windows one reader may hold: one being sent, the others read ahead
 */
public record ReadLimits(int readersMax, int windowsPerReader) {
    private static final int WINDOWS_PER_READER_MIN = 2;

    public ReadLimits {
        if (readersMax < 1 || windowsPerReader < WINDOWS_PER_READER_MIN) {
            throw new IllegalArgumentException("concurrency-max must be at least 1 and windows-per-download at least "
                    + WINDOWS_PER_READER_MIN + "; they are " + readersMax + " and " + windowsPerReader);
        }
    }
}
