// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Objects;
import java.util.Optional;

/**
 * What the engine knows about one volume or snapshot.
 *
 * @param name its name, unique in the pool
 * @param kind writable or not
 * @param provisioning how it gets its clusters
 * @param sizeBytes logical size, a multiple of the cluster size
 * @param parent the snapshot that it depends on: the one it was cloned from, or one that was taken of it. An engine
 *     that shares clusters reads unallocated clusters from there; one that copies clusters only records which snapshot
 *     a clone came from
 */
public record VolumeSummary(
        VolumeName name, VolumeKind kind, Provisioning provisioning, long sizeBytes, Optional<VolumeName> parent) {
    public VolumeSummary {
        Objects.requireNonNull(name);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(provisioning);
        Objects.requireNonNull(parent);
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a volume has at least one cluster, not " + sizeBytes + " bytes");
        }
    }
}
