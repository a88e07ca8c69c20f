// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.DeviceStalled;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKey;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.VolumeId;
import io.scrubjay.manifest.VolumeLabel.Source;
import io.scrubjay.volume.VolumeReport.State;
import org.jboss.logging.Logger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes descriptions of volumes. Thread-safe; blocks for the device; for workers. */
final class VolumeReports {
    private static final Logger LOG = Logger.getLogger(VolumeReports.class);

    private final StorageEngine engine;
    private final ImageCatalog images;
    /** The volumes that could not be described the last time, each of which is logged only once. */
    private final Set<VolumeId> toldOf = ConcurrentHashMap.newKeySet();

    VolumeReports(StorageEngine engine, ImageCatalog images) {
        this.engine = engine;
        this.images = images;
    }

    VolumeReport of(NamedVolume volume) {
        State state;
        Optional<VolumeReport.Extent> extent = Optional.empty();
        try {
            extent = extent(volume.stored());
            state = extent.isPresent() ? State.READY : absent();
            toldOf.remove(volume.id());
        } catch (DeviceFailed | DeviceStalled cannotTell) {
            // A volume that cannot be read does not prevent the others from being listed.
            if (toldOf.add(volume.id())) {
                LOG.warnf("cannot find out what the pool holds of %s: %s", volume, cannotTell.getMessage());
            }
            state = State.UNREADABLE;
        }
        return new VolumeReport(
                volume,
                state,
                extent,
                sourceId(volume.source()).flatMap(images::find).map(Image::key),
                engine.traits().clusterSize());
    }

    /**
     * The state of a volume whose bytes are not found in the pool: lost, unless they may be something that the engine
     * could not read.
     */
    private State absent() {
        return engine.unreadable().isEmpty() ? State.LOST : State.UNREADABLE;
    }

    private Optional<VolumeReport.Extent> extent(VolumeName stored) {
        try {
            return engine.find(stored)
                    .map(summary -> new VolumeReport.Extent(
                            summary.sizeBytes(),
                            summary.provisioning(),
                            engine.allocated(stored).count(),
                            parents(summary)));
        } catch (VolumeNotFound deleted) {
            return Optional.empty();
        }
    }

    /** The parents, the nearest first; those that are not an image or snapshot to users are skipped. */
    private List<ImageKey> parents(VolumeSummary summary) {
        List<ImageKey> parents = new ArrayList<>();
        for (Optional<VolumeName> at = summary.parent();
                at.isPresent();
                at = engine.find(at.get()).flatMap(VolumeSummary::parent)) {
            PoolName.imageOf(at.get()).flatMap(images::find).map(Image::key).ifPresent(parents::add);
        }
        return parents;
    }

    private static Optional<ImageId> sourceId(Source source) {
        if (source instanceof Source.OfImage image) {
            return Optional.of(image.id());
        }
        return source instanceof Source.OfSnapshot snapshot ? Optional.of(snapshot.id()) : Optional.empty();
    }
}
