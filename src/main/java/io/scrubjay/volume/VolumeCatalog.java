// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.VolumeId;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All volumes by name, including those that are being created. Thread-safe; claiming a name is atomic. */
final class VolumeCatalog {
    private final ConcurrentHashMap<ResourceName, NamedVolume> volumes = new ConcurrentHashMap<>();

    /**
     * Claims the name of a volume.
     *
     * @throws RefusedException {@code volume-exists}
     */
    void claim(NamedVolume volume) {
        if (volumes.putIfAbsent(volume.name(), volume) != null) {
            throw new RefusedException(Refusal.VOLUME_EXISTS, volume + " exists");
        }
    }

    /** Frees the volume's name. */
    void remove(NamedVolume volume) {
        volumes.remove(volume.name(), volume);
    }

    boolean isTaken(ResourceName name) {
        return volumes.containsKey(name);
    }

    /**
     * The volume of this name.
     *
     * @throws RefusedException {@code volume-not-found}
     */
    NamedVolume get(ResourceName name) {
        return Optional.ofNullable(volumes.get(name))
                .filter(NamedVolume::isVisible)
                .orElseThrow(() -> NamedVolume.notFound(name));
    }

    /** The volume with this id, even while it is being created. */
    Optional<NamedVolume> find(VolumeId id) {
        return volumes.values().stream()
                .filter(volume -> volume.id().equals(id))
                .findAny();
    }

    /** All volumes that exist, by name. */
    List<NamedVolume> list() {
        return volumes.values().stream()
                .filter(NamedVolume::isVisible)
                .sorted(Comparator.comparing(NamedVolume::name))
                .toList();
    }
}
