// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.VolumeName;

/** Whoever can tell whether a snapshot is right. */
interface CutCheck {
    /** Fails unless a volume, the snapshot itself or a clone of it, is the cut. */
    void requireCut(VolumeName name, Cut cut);
}
