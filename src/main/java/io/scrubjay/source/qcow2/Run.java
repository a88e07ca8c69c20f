// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.StreamOffset;

import java.util.Objects;

/**
 * A part of the file whose purpose is known.
 *
 * @param start its position in the file
 * @param length its bytes, at least one
 * @param disk the position on the disk of the first byte that it describes; a multiple of 512, and 0 for the L1 table
 *     and for reference counts
 */
record Run(Kind kind, StreamOffset start, long length, DiskOffset disk) {
    /** What a run contains. */
    enum Kind {
        /** Bytes of the disk. */
        DATA("data"),
        /** One compressed cluster, and the rest of its last sector. */
        PACKED("a compressed cluster"),
        /** Clusters that are allocated, but whose content is not used. */
        UNUSED("an allocated cluster"),
        L1_TABLE("the L1 table"),
        L2_TABLE("an L2 table"),
        REFCOUNT_TABLE("the refcount table"),
        REFCOUNT_BLOCK("a refcount block");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** What it is, for people. */
        String words() {
            return words;
        }
    }

    Run {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(disk);
        if (length < 1) {
            throw new IllegalArgumentException("a run of " + length + " bytes");
        }
    }

    /** The position in the file behind its last byte. */
    StreamOffset end() {
        return start.plus(length);
    }

    /** Whether this begins before the position. */
    boolean beginsBefore(StreamOffset position) {
        return start.bytes() < position.bytes();
    }

    /** Whether this ends at or before the position. */
    boolean endsBy(StreamOffset position) {
        return end().bytes() <= position.bytes();
    }

    /** What and where it is, for people. */
    String words() {
        return kind.words() + " at " + start.bytes();
    }
}
