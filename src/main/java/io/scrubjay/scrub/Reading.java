// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.Objects;
import java.util.Optional;

/**
 * The result of one reading of a chunk. Immutable.
 *
 * @param wrong what is wrong with the chunk; empty when nothing is
 * @param actual the digest of the bytes that were read; empty when nothing was read or nothing is wrong
 */
record Reading(Optional<FindingKind> wrong, Optional<String> actual) {
    static final Reading INTACT = new Reading(Optional.empty(), Optional.empty());
    static final Reading UNREADABLE = new Reading(Optional.of(FindingKind.UNREADABLE), Optional.empty());

    Reading {
        Objects.requireNonNull(wrong);
        Objects.requireNonNull(actual);
    }

    static Reading wrong(FindingKind kind, String actual) {
        return new Reading(Optional.of(kind), Optional.of(actual));
    }

    boolean isIntact() {
        return wrong.isEmpty();
    }
}
