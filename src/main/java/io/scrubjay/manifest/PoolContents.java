package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a pool's volumes are, by their names alone: no byte of any is read, so that no damage can turn an image into
 * something to be removed. Immutable once made.
 */
final class PoolContents {
    private final Map<PoolNames.Kind, TreeSet<ImageId>> ids = new EnumMap<>(PoolNames.Kind.class);
    private final List<VolumeName> others = new ArrayList<>();

    private PoolContents(Collection<VolumeSummary> volumes) {
        for (PoolNames.Kind kind : PoolNames.Kind.values()) {
            ids.put(kind, new TreeSet<>());
        }
        for (VolumeSummary volume : volumes) {
            PoolNames.parse(volume.name())
                    .ifPresentOrElse(owned -> ids.get(owned.kind()).add(owned.id()), () -> others.add(volume.name()));
        }
    }

    static PoolContents of(Collection<VolumeSummary> volumes) {
        return new PoolContents(volumes);
    }

    /** The images that exist. */
    Set<ImageId> committed() {
        return ids.get(PoolNames.Kind.MANIFEST);
    }

    /** The images that exist and have a marker. */
    Set<ImageId> quarantined() {
        return both(PoolNames.Kind.QUARANTINE);
    }

    /** The images that exist and have lost their snapshot. */
    Set<ImageId> withoutSnapshot() {
        Set<ImageId> without = new TreeSet<>(committed());
        without.removeAll(ids.get(PoolNames.Kind.SNAPSHOT));
        return without;
    }

    /**
     * What a failure or a crash left half-made, in the order in which it can be deleted.
     *
     * <p>ORDER: heads before snapshots, since a snapshot may be its head's parent.
     */
    List<VolumeName> leftovers() {
        List<VolumeName> leftovers = new ArrayList<>();
        addAll(leftovers, PoolNames.Kind.HEAD, ids.get(PoolNames.Kind.HEAD));
        addAll(leftovers, PoolNames.Kind.STAGED_MANIFEST, ids.get(PoolNames.Kind.STAGED_MANIFEST));
        addAll(leftovers, PoolNames.Kind.STAGED_QUARANTINE, ids.get(PoolNames.Kind.STAGED_QUARANTINE));
        addAll(leftovers, PoolNames.Kind.SNAPSHOT, uncommitted(PoolNames.Kind.SNAPSHOT));
        addAll(leftovers, PoolNames.Kind.QUARANTINE, uncommitted(PoolNames.Kind.QUARANTINE));
        return leftovers;
    }

    /** The volumes no image owns. */
    List<VolumeName> others() {
        return others;
    }

    private Set<ImageId> both(PoolNames.Kind kind) {
        Set<ImageId> both = new TreeSet<>(ids.get(kind));
        both.retainAll(committed());
        return both;
    }

    private Set<ImageId> uncommitted(PoolNames.Kind kind) {
        Set<ImageId> uncommitted = new TreeSet<>(ids.get(kind));
        uncommitted.removeAll(committed());
        return uncommitted;
    }

    private static void addAll(List<VolumeName> target, PoolNames.Kind kind, Set<ImageId> ids) {
        ids.forEach(id -> target.add(new PoolNames(kind, id).volume()));
    }
}
