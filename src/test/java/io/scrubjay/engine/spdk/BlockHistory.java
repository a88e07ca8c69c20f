// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.util.ArrayList;
import java.util.List;

/** All that was ever done to one block, in the order in which it began. Guarded by the model it belongs to. */
final class BlockHistory {
    private final List<Change> changes = new ArrayList<>();

    void add(Change change) {
        changes.add(change);
    }

    /** When the write with this number began; 0 for none. */
    long begunOf(long stamp) {
        return changes.stream().anyMatch(change -> stamp != 0 && change.stamp() == stamp) ? stamp : 0;
    }

    /** Whether the block may hold this at a cut that has all acknowledged before a moment and nothing begun after another. */
    boolean allows(long stamp, long moment, long after) {
        boolean possible = stamp == 0;
        for (Change change : changes) {
            if (change.isAcknowledgedBefore(moment)) {
                possible = change.stamp() == stamp;
            } else if (change.begun() < after) {
                possible |= change.stamp() == stamp;
            }
        }
        return possible;
    }

    @Override
    public String toString() {
        return changes.toString();
    }
}
