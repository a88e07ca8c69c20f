// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The contents of a pool, classified by the names of its volumes and, for manifests and markers, by their bytes.
 *
 * @param images committed images and snapshots with a valid manifest, by name
 * @param damaged committed images and snapshots whose manifest is damaged or missing; they are never removed unless
 *     somebody deletes them
 * @param withoutSnapshot those of {@code images} and {@code damaged} whose bytes are missing, so that every leaf is
 *     lost
 * @param withUnreadableSnapshot those of {@code images} and {@code damaged} whose bytes are, or may be, something
 *     unreadable; their state is unknown
 * @param quarantines the markers of committed images and snapshots, including damaged ones
 * @param leftovers what an unfinished ingest, deletion, quarantine or change of volumes left behind;
 *     {@link ManifestStore#removeLeftovers} deletes exactly these
 * @param others volumes whose names we don't recognise: the agent never touches them
 * @param unreadable what the engine could not read; if there is anything, {@code leftovers} and {@code withoutSnapshot}
 *     are empty
 */
public record PoolInventory(
        List<ManifestHeader> images,
        List<Damaged> damaged,
        Set<ImageId> withoutSnapshot,
        Set<ImageId> withUnreadableSnapshot,
        List<Quarantine> quarantines,
        List<VolumeName> leftovers,
        List<VolumeName> others,
        List<Unreadable> unreadable) {
    /**
     * A manifest that cannot be read, or is missing.
     *
     * @param id the image or snapshot
     * @param bytes the kind of volume that holds its bytes: the snapshot of an image, or a snapshot of a volume
     * @param why whether it was read and differs from what was written, could not be read, or is missing
     * @param what what is wrong, for people
     * @param manifest the manifest, if it is there and is invalid or gives an error; empty when it is missing, or when
     *     the engine reports it
     */
    public record Damaged(ImageId id, PoolName.Kind bytes, Why why, String what, Optional<Unreadable> manifest) {
        public Damaged {
            Objects.requireNonNull(id);
            Objects.requireNonNull(bytes);
            Objects.requireNonNull(why);
            Objects.requireNonNull(what);
            Objects.requireNonNull(manifest);
        }
    }

    /** Why the manifest cannot be used. */
    public enum Why {
        /** It was read, and differs from what was written. */
        DAMAGED,
        /** It could not be read this time, or may be something else in the pool that could not be read. */
        UNREADABLE,
        /** It is not in the pool, and nothing says that its image or snapshot was being deleted. */
        MISSING
    }

    public PoolInventory {
        images = List.copyOf(images);
        damaged = List.copyOf(damaged);
        withoutSnapshot = Set.copyOf(withoutSnapshot);
        withUnreadableSnapshot = Set.copyOf(withUnreadableSnapshot);
        quarantines = List.copyOf(quarantines);
        leftovers = List.copyOf(leftovers);
        others = List.copyOf(others);
        unreadable = List.copyOf(unreadable);
    }
}
