// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.PointInTime;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.VolumeId;
import io.scrubjay.manifest.VolumeLabel.Source;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds volumes and snapshots that may depend on an image or snapshot, but that the engine cannot read, so that it does
 * not know their parent. Labels and manifests decide; where they do not say, the volume or snapshot may depend on it.
 *
 * <p>Thread-safe. Blocks for the device; for workers.
 */
final class HiddenClones {
    private final StorageEngine engine;
    private final ImageCatalog images;
    private final VolumeCatalog volumes;

    HiddenClones(StorageEngine engine, ImageCatalog images, VolumeCatalog volumes) {
        this.engine = engine;
        this.images = images;
        this.volumes = volumes;
    }

    /** The volumes and snapshots that may depend on this one as far as can be known now. */
    List<VolumeName> of(Image image) {
        if (engine.unreadable().isEmpty()) {
            return List.of();
        }
        Set<VolumeName> readable =
                engine.list().stream().map(VolumeSummary::name).collect(Collectors.toSet());
        Stream<VolumeName> clones = volumes.list().stream()
                .filter(volume -> mayComeFrom(image, volume))
                .map(NamedVolume::stored);
        Stream<VolumeName> snapshots = images.list(ImageKind.SNAPSHOT).stream()
                .filter(snapshot -> !snapshot.id().equals(image.id()) && mayComeFrom(image, snapshot))
                .map(Image::volume);
        return Stream.concat(clones, snapshots)
                .filter(name -> !readable.contains(name))
                .toList();
    }

    private static boolean mayComeFrom(Image image, NamedVolume volume) {
        // A volume whose label is damaged or missing is named after its id and has no source.
        boolean isUnknown =
                volume.source() instanceof Source.Nothing && volume.name().equals(ResourceName.ofNameless(volume.id()));
        return isUnknown
                || volume.source().equals(new Source.OfImage(image.id()))
                || volume.source().equals(new Source.OfSnapshot(image.id()))
                || volumeOf(image).equals(Optional.of(volume.id()));
    }

    private boolean mayComeFrom(Image image, Image snapshot) {
        Optional<VolumeId> line = volumeOf(snapshot);
        if (line.isEmpty() || line.equals(volumeOf(image))) {
            return true;
        }
        Optional<NamedVolume> volume = volumes.find(line.get());
        return volume.isEmpty() || mayComeFrom(image, volume.get());
    }

    /** The volume that a snapshot was taken of; empty for an image, or when this is unknown. */
    private static Optional<VolumeId> volumeOf(Image snapshot) {
        return snapshot.state() instanceof ImageState.Committed committed
                ? committed.known().flatMap(header -> header.pointInTime()).map(PointInTime::volume)
                : Optional.empty();
    }
}
