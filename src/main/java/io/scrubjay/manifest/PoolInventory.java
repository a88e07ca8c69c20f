// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a pool holds, each volume told apart by its name and, for manifests and markers, by its bytes.
 *
 * @param images committed images and snapshots whose manifest is whole, by name
 * @param damaged those whose manifest is not, or is missing; nothing of them is ever removed without being told to
 * @param withoutSnapshot those of {@code images} and {@code damaged} whose bytes are gone: every leaf is lost
 * @param withUnreadableSnapshot those whose bytes are, or may be, something unreadable: nothing can be told of them now
 * @param quarantines markers of committed images and snapshots, damaged ones too
 * @param leftovers what an ingest, a deletion, a quarantine or a change of volumes left half-made; {@link
 *     ManifestStore#removeLeftovers} deletes exactly these
 * @param others volumes whose names we don't recognise: the agent never touches them
 * @param unreadable what the engine could not read; while there is any, nothing is a leftover and nothing is lost
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
     * @param bytes what its bytes lie in: an image's snapshot, or a snapshot of a volume
     * @param why whether it was read and is not what was written, or could not be read
     * @param what what is wrong, for people
     * @param manifest the manifest that is there and makes no sense, or gives an error; empty when it is missing, or the engine tells
     *     of it
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

    /** Why a manifest says nothing. */
    public enum Why {
        /** It was read, and is not what was written. */
        DAMAGED,
        /** It could not be read this time, or may be something that could not. */
        UNREADABLE,
        /** It is not in the pool, and nothing says that what it is of was being deleted. */
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
