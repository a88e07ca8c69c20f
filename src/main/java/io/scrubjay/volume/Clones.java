// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Dependents;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.VolumeId;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds everything that must be deleted before an image or snapshot: all of its children in the engine, except the next
 * one in its own line, if it is a snapshot of a volume or an image that was made from one. There is at most one of
 * these, and the engine merges the deleted one into it. A volume with a running job counts as long as that job reads
 * from the image or snapshot. Something that cannot be read counts if it may be a child.
 *
 * <p>Thread-safe. Blocks for the device; for workers.
 */
final class Clones implements Dependents {
    private final StorageEngine engine;
    private final ImageCatalog images;
    private final VolumeCatalog volumes;
    private final HiddenClones hidden;

    Clones(StorageEngine engine, ImageCatalog images, VolumeCatalog volumes) {
        this.engine = engine;
        this.images = images;
        this.volumes = volumes;
        this.hidden = new HiddenClones(engine, images, volumes);
    }

    @Override
    public List<Dependent> of(Image image) {
        Stream<VolumeName> children = engine.list().stream()
                .filter(child -> child.parent().filter(image.volume()::equals).isPresent())
                .map(VolumeSummary::name)
                .filter(child -> !followsInLine(image, child));
        return Stream.of(children, hidden.of(image).stream(), atWork(image))
                .flatMap(found -> found)
                .distinct()
                .map(this::named)
                .toList();
    }

    /**
     * The volumes with a job that reads from the snapshot: the engine would make its deletion wait for the end of the
     * job.
     */
    private Stream<VolumeName> atWork(Image image) {
        return volumes.list().stream()
                .filter(NamedVolume::hasRunningJob)
                .map(NamedVolume::stored)
                .filter(volume -> descends(volume, image.volume()));
    }

    private boolean descends(VolumeName volume, VolumeName ancestor) {
        Optional<VolumeName> above = parent(volume);
        while (above.isPresent() && !above.get().equals(ancestor)) {
            above = parent(above.get());
        }
        return above.isPresent();
    }

    private Optional<VolumeName> parent(VolumeName volume) {
        return engine.find(volume).flatMap(VolumeSummary::parent);
    }

    private boolean followsInLine(Image image, VolumeName child) {
        // An image that was not made from a volume is in no line: all of its children are clones. So is one whose
        // manifest cannot be read, as far as can be known.
        return (image.kind() == ImageKind.SNAPSHOT || lineOf(image).isPresent())
                && PoolName.parse(child).filter(known -> isOfLine(image, known)).isPresent();
    }

    private boolean isOfLine(Image image, PoolName child) {
        return switch (child.kind()) {
            case VOLUME ->
                volumes.find(new VolumeId(child.id()))
                        .filter(volume -> !volume.source().equals(Volumes.sourceOf(image)))
                        .isPresent();
            case VOLUME_SNAPSHOT, SNAPSHOT -> {
                Optional<VolumeId> line = lineOf(image);
                yield line.isPresent()
                        && images.find(new ImageId(child.id()))
                                .flatMap(Clones::lineOf)
                                .equals(line);
            }
            case HEAD,
                    SPOOL,
                    STAGED_MANIFEST,
                    MANIFEST,
                    STAGED_QUARANTINE,
                    QUARANTINE,
                    STAGED_LABEL,
                    LABEL,
                    UPLOAD,
                    STAGED_SESSION,
                    SESSION,
                    DELETED -> false;
        };
    }

    private static Optional<VolumeId> lineOf(Image image) {
        return image.state() instanceof ImageState.Committed committed
                ? committed.known().flatMap(ManifestHeader::line)
                : Optional.empty();
    }

    private Dependent named(VolumeName child) {
        return PoolName.volumeOf(child)
                .flatMap(volumes::find)
                .map(volume -> new Dependent("volume", volume.name().value()))
                .or(() -> PoolName.imageOf(child)
                        .flatMap(images::find)
                        .map(image -> new Dependent(
                                image.kind().wireName(), image.name().value())))
                .orElseGet(() -> new Dependent("volume", child.value()));
    }
}
