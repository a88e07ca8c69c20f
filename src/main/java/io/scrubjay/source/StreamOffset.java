// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/**
 * A position in a stream: the number of bytes before it. Never a position on the disk ({@link DiskOffset}); only
 * {@link RawReader} knows that they are the same in a raw file.
 *
 * @param bytes {@code >= 0}
 */
public record StreamOffset(long bytes) {
    /** The beginning of a stream. */
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
