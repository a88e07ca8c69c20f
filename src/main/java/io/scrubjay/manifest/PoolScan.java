package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;

import java.util.List;
import java.util.Set;

/**
 * What a pool holds, each volume told apart by its name and, for manifests and markers, by its bytes.
 *
 * @param images committed images whose manifest is whole, by name
 * @param damaged committed images whose manifest is not; nothing of them is ever removed without being told to
 * @param withoutSnapshot those of {@code images} and {@code damaged} that have no snapshot: every leaf is lost
 * @param quarantines markers of committed images, damaged ones too
 * @param leftovers what an ingest, a deletion or a quarantine left half-made; {@link ManifestStore#removeLeftovers}
 *     deletes exactly these
 * @param others the volumes no image owns: never touched
 */
public record PoolScan(
        List<ManifestHeader> images,
        List<Damaged> damaged,
        Set<ImageId> withoutSnapshot,
        List<Quarantine> quarantines,
        List<VolumeName> leftovers,
        List<VolumeName> others) {
    /**
     * A committed manifest that cannot be read.
     *
     * @param id the image
     * @param what what is wrong, for people
     */
    public record Damaged(ImageId id, String what) {}

    public PoolScan {
        images = List.copyOf(images);
        damaged = List.copyOf(damaged);
        withoutSnapshot = Set.copyOf(withoutSnapshot);
        quarantines = List.copyOf(quarantines);
        leftovers = List.copyOf(leftovers);
        others = List.copyOf(others);
    }
}
