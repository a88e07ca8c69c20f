// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PoolSource;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.VolumeId;
import io.scrubjay.manifest.VolumeLabel.Source;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds volumes, snapshots and images that may depend on an image or snapshot, but that the engine cannot read, so that
 * it does not know their parent. Labels and manifests decide; where they do not say, the volume, snapshot or image may
 * depend on it.
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

    /** The volumes, snapshots and images that may depend on this one as far as can be known now. */
    List<VolumeName> of(Image image) {
        if (engine.unreadable().isEmpty()) {
            return List.of();
        }
        Set<VolumeName> readable =
                engine.list().stream().map(VolumeSummary::name).collect(Collectors.toSet());
        Stream<VolumeName> clones = volumes.list().stream()
                .filter(volume -> mayComeFrom(image, volume))
                .map(NamedVolume::stored);
        Stream<VolumeName> others = images.committed().stream()
                .filter(other -> !other.id().equals(image.id()) && mayComeFrom(image, other))
                .map(Image::volume);
        return Stream.concat(clones, others)
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
                || lineOf(image).equals(Optional.of(volume.id()));
    }

    private boolean mayComeFrom(Image image, Image other) {
        Optional<ManifestHeader> header = known(other);
        if (header.isEmpty()) {
            return true;
        }
        if (header.get().upload().isPresent()) {
            return false;
        }
        Optional<VolumeId> line = header.get().line();
        if (line.isEmpty()) {
            return header.get().poolSource().flatMap(PoolSource::snapshot).equals(Optional.of(image.id()));
        }
        if (line.equals(lineOf(image))) {
            return true;
        }
        Optional<NamedVolume> volume = volumes.find(line.get());
        return volume.isEmpty() || mayComeFrom(image, volume.get());
    }

    /** The volume in whose line it is; empty for other images, or when this is unknown. */
    private static Optional<VolumeId> lineOf(Image image) {
        return known(image).flatMap(ManifestHeader::line);
    }

    private static Optional<ManifestHeader> known(Image image) {
        return image.state() instanceof ImageState.Committed committed ? committed.known() : Optional.empty();
    }
}
