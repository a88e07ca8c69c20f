// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/**
 * A position in a stream: how many of its bytes come before. Never one on the disk ({@link DiskOffset}); that they are
 * the same in a raw file is known to {@link RawReader} alone.
 *
 * @param bytes {@code >= 0}
 */
public record StreamOffset(long bytes) {
    /** Where a stream begins. */
    public static final StreamOffset START = new StreamOffset(0);

    public StreamOffset {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative position in a stream: " + bytes);
        }
    }

    public StreamOffset plus(long more) {
        return new StreamOffset(Math.addExact(bytes, more));
    }
}
