// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ByteRange;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a file and its place on the device. Immutable.
 *
 * @param offset in the file
 * @param place offset on the device
 * @param length in bytes
 */
record PlacedExtent(long offset, long place, long length) {
    private long end() {
        return offset + length;
    }

    /** The ranges in which two files have the same bytes of the device; both lists and the result ascend. */
    static List<ByteRange> shared(List<PlacedExtent> one, List<PlacedExtent> other) {
        List<ByteRange> shared = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < one.size() && j < other.size()) {
            PlacedExtent a = one.get(i);
            PlacedExtent b = other.get(j);
            long from = Math.max(a.offset, b.offset);
            long to = Math.min(a.end(), b.end());
            if (from < to && a.place - a.offset == b.place - b.offset) {
                shared.add(ByteRange.between(from, to));
            }
            if (a.end() <= b.end()) {
                i++;
            } else {
                j++;
            }
        }
        return shared;
    }
}
