// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;

import java.util.Optional;
import java.util.function.BiFunction;

/** Finds the clusters of volumes, and the clusters in which two volumes differ, from their data files. Thread-safe. */
final class Allocations {
    private final Catalog catalog;
    private final ClusterSize clusterSize;
    private final CloneCost cloneCost;

    /** @param cloneCost whether the file system shares blocks */
    Allocations(Catalog catalog, ClusterSize clusterSize, CloneCost cloneCost) {
        this.catalog = catalog;
        this.clusterSize = clusterSize;
        this.cloneCost = cloneCost;
    }

    /**
     * The clusters of a volume. Where blocks are shared, blocks at the same place on the device as the parent's belong
     * to the parent.
     */
    ClusterMap of(VolumeName name) {
        PoolVolume stored = catalog.get(name);
        boolean tellsApart = cloneCost == CloneCost.SHARED && stored.meta().provisioning() == Provisioning.THIN;
        Optional<PoolVolume> parent = tellsApart ? catalog.parent(stored) : Optional.empty();
        return stored.withDataLeft(data -> parent.flatMap(above -> besideParent(above, data, stored.meta()))
                        .orElseGet(() -> Extents.allocated(data, stored.meta(), clusterSize)))
                .orElse(ClusterMap.empty());
    }

    private Optional<ClusterMap> besideParent(PoolVolume parent, DataFile data, VolumeMeta meta) {
        try {
            return parent.withDataLeft(above -> Extents.allocatedBeside(above, data, meta, clusterSize));
        } catch (EngineException.VolumeNotFound deleted) {
            // The parent was deleted just now, so every cluster is the volume's own.
            return Optional.empty();
        }
    }

    /**
     * The clusters in which two volumes differ, as far as the blocks that their files share show it. Empty where the
     * file system does not share blocks: then nobody can tell. In both cases, both data files must be complete.
     */
    Optional<ClusterMap> differing(VolumeName later, VolumeName earlier) {
        VolumeMeta laterMeta = catalog.get(later).meta();
        VolumeMeta earlierMeta = catalog.get(earlier).meta();
        return withBoth(
                later,
                earlier,
                (mine, theirs) -> cloneCost == CloneCost.SHARED
                        ? Optional.of(Extents.differing(mine, laterMeta, theirs, earlierMeta, clusterSize))
                        : Optional.empty());
    }

    /**
     * Requires both data files to be complete: the file system cannot tell how a part that somebody has cut off
     * differed.
     */
    private <T> T withBoth(VolumeName one, VolumeName other, BiFunction<DataFile, DataFile, T> use) {
        PoolVolume stored = catalog.get(other);
        return catalog.get(one)
                .withData(Access.READ, mine -> stored.withData(Access.READ, theirs -> use.apply(mine, theirs)));
    }
}
