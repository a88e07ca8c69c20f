// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Objects;

/**
 * Clusters of deleted volumes that cannot be allocated yet.
 *
 * @param clusters how many
 * @param reason why, for people
 */
public record HeldBack(long clusters, String reason) {
    public HeldBack {
        Objects.requireNonNull(reason);
        if (clusters < 0) {
            throw new IllegalArgumentException("negative: " + clusters);
        }
    }
}
