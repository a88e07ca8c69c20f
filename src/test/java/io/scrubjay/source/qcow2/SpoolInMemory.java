// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.LentBytes;
import io.scrubjay.source.Spool;
import io.scrubjay.source.StreamOffset;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

import static org.assertj.core.api.Assertions.assertThat;

/** Keeps what is spooled of a small file, and checks that only these bytes are read. */
final class SpoolInMemory implements Spool {
    private byte[] bytes = {};
    private final BitSet kept = new BitSet();

    @Override
    public void keep(StreamOffset at, LentBytes piece) {
        int from = Math.toIntExact(at.bytes());
        int end = from + piece.length();
        assertThat(kept.nextSetBit(from) >= end || kept.nextSetBit(from) < 0)
                .as("kept once")
                .isTrue();
        if (bytes.length < end) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        piece.view().get(bytes, from, piece.length());
        kept.set(from, end);
    }

    @Override
    public void read(StreamOffset at, ByteBuffer into) {
        int from = Math.toIntExact(at.bytes());
        assertThat(kept.nextClearBit(from)).as("was kept").isGreaterThanOrEqualTo(from + into.remaining());
        into.put(bytes, from, into.remaining());
    }

    /** How many bytes were kept. */
    int keptBytes() {
        return kept.cardinality();
    }
}
