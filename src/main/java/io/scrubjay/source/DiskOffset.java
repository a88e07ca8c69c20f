// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/**
 * A position on the disk in an image. Never a position in the stream in which it was sent ({@link StreamOffset}).
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
