// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is done to some blocks of a volume, under way or done. A write fills its blocks with the moment at which it began; 0
 * stands for zeroes. Guarded by the model it belongs to, but for what never changes.
 */
final class Change {
    private static final long NEVER = Long.MAX_VALUE;

    private final long begun;
    private final long stamp;
    private final int first;
    private final int count;
    private long acknowledged = NEVER;

    private Change(long begun, long stamp, int first, int count) {
        this.begun = begun;
        this.stamp = stamp;
        this.first = first;
        this.count = count;
    }

    static Change write(long begun, int first, int count) {
        return new Change(begun, begun, first, count);
    }

    static Change unmap(long begun, int first, int count) {
        return new Change(begun, 0, first, count);
    }

    long begun() {
        return begun;
    }

    long stamp() {
        return stamp;
    }

    int first() {
        return first;
    }

    int end() {
        return first + count;
    }

    long offset() {
        return (long) first * CutModel.BLOCK_BYTES;
    }

    int lengthBytes() {
        return count * CutModel.BLOCK_BYTES;
    }

    /** Its bytes. */
    ByteBuffer fill(ByteBuffer target) {
        target.clear().order(ByteOrder.nativeOrder());
        while (target.position() < lengthBytes()) {
            target.putLong(stamp);
        }
        return target.flip();
    }

    void acknowledge(long moment) {
        acknowledged = moment;
    }

    boolean isAcknowledgedBefore(long moment) {
        return acknowledged < moment;
    }

    @Override
    public String toString() {
        return stamp + "@" + begun + ".." + (acknowledged == NEVER ? "" : Long.toString(acknowledged));
    }
}
