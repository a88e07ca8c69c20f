// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import io.scrubjay.engine.EngineTraits.CloneCost;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The clusters of a volume together with those it reads from its parents. Stateless.
 *
 * <p>A parent may be deleted, and merged into its child, while the chain is walked. Therefore the walk asks for a
 * volume's parent first, and for its clusters afterwards; if the parent no longer exists when the walk reaches it, the
 * walk starts again.
 */
public final class ClusterChain {
    /** The most times that a walk starts again because a parent was deleted meanwhile. */
    private static final int WALKS_MAX = 100;

    private ClusterChain() {}

    /**
     * The clusters of a volume that may hold anything but zeroes, whoever owns them.
     *
     * @throws VolumeNotFound when no volume has this name
     */
    public static ClusterMap visible(StorageEngine engine, VolumeName name) {
        return walked(engine, name, Optional.empty()).clusters();
    }

    /**
     * The parents of a volume, the nearest first, as of now. An engine that copies keeps their names only for the
     * record; there may be fewer of them then.
     *
     * @throws VolumeNotFound when no volume has this name
     */
    public static List<VolumeName> parents(StorageEngine engine, VolumeName name) {
        List<VolumeName> parents = new ArrayList<>();
        for (int i = 0; i < WALKS_MAX && !climb(engine, name, parents); i++) {
            // A parent was deleted meanwhile: its child has another one by now.
        }
        return List.copyOf(parents);
    }

    /** Collects the parents; returns whether it reached their end. */
    private static boolean climb(StorageEngine engine, VolumeName name, List<VolumeName> parents) {
        parents.clear();
        VolumeSummary at = engine.find(name).orElseThrow(() -> new VolumeNotFound(name));
        while (at.parent().isPresent()) {
            Optional<VolumeSummary> parent = engine.find(at.parent().get());
            if (parent.isEmpty()) {
                return engine.traits().cloneCost() != CloneCost.SHARED;
            }
            at = parent.get();
            parents.add(at.name());
        }
        return true;
    }

    static ClusterMap differing(StorageEngine engine, VolumeName later, VolumeName earlier) {
        if (engine.find(earlier).isEmpty()) {
            throw new VolumeNotFound(earlier);
        }
        Walked walked = walked(engine, later, Optional.of(earlier));
        return walked.metEnd() ? walked.clusters() : walked.clusters().union(visible(engine, earlier));
    }

    /** The clusters that a walk has seen, and whether it reached its end. */
    private record Walked(ClusterMap clusters, boolean metEnd) {}

    private static Walked walked(StorageEngine engine, VolumeName name, Optional<VolumeName> end) {
        for (int i = 0; i < WALKS_MAX; i++) {
            Optional<Walked> walked = walk(engine, name, end);
            if (walked.isPresent()) {
                return walked.get();
            }
        }
        throw new IllegalStateException("the parents of " + name + " do not stay long enough to be told");
    }

    /** Empty when a parent was deleted meanwhile. */
    private static Optional<Walked> walk(StorageEngine engine, VolumeName name, Optional<VolumeName> end) {
        // An engine that copies keeps a parent's name only for the record.
        boolean shares = engine.traits().cloneCost() == CloneCost.SHARED;
        ClusterMap clusters = ClusterMap.empty();
        Optional<VolumeName> at = Optional.of(name);
        while (at.isPresent()) {
            if (at.equals(end)) {
                return Optional.of(new Walked(clusters, true));
            }
            Optional<VolumeSummary> summary = engine.find(at.get());
            if (summary.isEmpty()) {
                if (at.get().equals(name)) {
                    throw new VolumeNotFound(name);
                }
                return Optional.empty();
            }
            try {
                clusters = clusters.union(engine.allocated(at.get()));
            } catch (VolumeNotFound deleted) {
                return Optional.empty();
            }
            at = shares ? summary.get().parent() : Optional.empty();
        }
        return Optional.of(new Walked(clusters, false));
    }
}
