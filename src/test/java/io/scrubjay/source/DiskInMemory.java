// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.Arrays;
import java.util.BitSet;

import static org.assertj.core.api.Assertions.assertThat;

/** Keeps a small disk, and checks that its reader keeps to the contract of a {@link DiskSink}. */
public final class DiskInMemory implements DiskSink {
    private final int bytesMax;
    private byte[] bytes = {};
    private final BitSet said = new BitSet();
    private boolean begun;
    private int sizeBytes;
    private int calls;
    private int failAt = -1;
    private RuntimeException failure;

    /** For disks of up to 1 MiB. */
    DiskInMemory() {
        this(1 << 20);
    }

    /** Refuses larger disks as too large. */
    public DiskInMemory(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    void failAt(int call, RuntimeException with) {
        failAt = call;
        failure = with;
    }

    /** How many calls have succeeded. */
    int calls() {
        return calls;
    }

    @Override
    public void begin(long sizeBytes) {
        mayFail();
        assertThat(begun).as("begun once").isFalse();
        assertThat(sizeBytes).isPositive();
        if (sizeBytes > bytesMax) {
            throw new RefusedException(Refusal.TOO_LARGE, "a disk of " + sizeBytes + " bytes");
        }
        begun = true;
        calls++;
    }

    @Override
    public void data(DiskOffset at, LentBytes piece) {
        mayFail();
        assertThat(piece.length()).isPositive();
        say(at, piece.length());
        int end = Math.toIntExact(at.bytes()) + piece.length();
        if (bytes.length < end) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        piece.view().get(bytes, Math.toIntExact(at.bytes()), piece.length());
        calls++;
    }

    @Override
    public void zeroes(DiskOffset at, long length) {
        mayFail();
        assertThat(length).isPositive();
        say(at, length);
        calls++;
    }

    private void say(DiskOffset at, long length) {
        assertThat(begun).as("begun before any data").isTrue();
        int from = Math.toIntExact(at.bytes());
        int end = Math.toIntExact(at.plus(length).bytes());
        int again = said.nextSetBit(from);
        assertThat(again < 0 || again >= end)
                .as("each byte once, from %d on", from)
                .isTrue();
        said.set(from, end);
    }

    private void mayFail() {
        if (calls == failAt) {
            throw failure;
        }
    }

    /** Whether {@link #begin} has succeeded. */
    public boolean hasBegun() {
        return begun;
    }

    public void ended(long size) {
        assertThat(begun).as("begun").isTrue();
        sizeBytes = Math.toIntExact(size);
        assertThat(said.length()).as("nothing behind the end").isLessThanOrEqualTo(sizeBytes);
    }

    public byte[] bytes() {
        return Arrays.copyOf(bytes, sizeBytes);
    }
}
