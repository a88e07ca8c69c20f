// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/**
 * A position on the disk that an image holds. Never one in the stream it came in ({@link StreamOffset}).
 *
 * @param bytes {@code >= 0}
 */
public record DiskOffset(long bytes) {
    public DiskOffset {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative position on a disk: " + bytes);
        }
    }

    public DiskOffset plus(long more) {
        return new DiskOffset(Math.addExact(bytes, more));
    }
}
