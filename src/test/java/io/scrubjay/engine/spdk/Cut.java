// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.VolumeName;

/**
 * A snapshot as the model knows it. Immutable.
 *
 * @param asked the moment at which it was asked for, which names it
 * @param made by when it was there
 * @param blockCount how large the volume was
 * @param existence whether it is there
 */
record Cut(long asked, long made, int blockCount, Existence existence) {
    /** What is known of a snapshot. */
    enum Existence {
        THERE,
        /** Its making or its deletion has had no answer. */
        UNKNOWN
    }

    static Cut asked(long moment, int blockCount) {
        return new Cut(moment, Long.MAX_VALUE, blockCount, Existence.UNKNOWN);
    }

    /** It is there; by now, if that was not known before. */
    Cut there(long moment) {
        return new Cut(asked, Math.min(made, moment), blockCount, Existence.THERE);
    }

    /** Somebody deletes it. */
    Cut doomed() {
        return new Cut(asked, made, blockCount, Existence.UNKNOWN);
    }

    VolumeName name() {
        return VolumeName.of("snapshot-" + asked);
    }

    boolean isThere() {
        return existence == Existence.THERE;
    }
}
