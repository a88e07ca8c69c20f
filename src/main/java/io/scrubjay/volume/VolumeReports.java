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

/** Finds out what there is to say of volumes. Thread-safe; blocks for the device, for workers. */
final class VolumeReports {
    private static final Logger LOG = Logger.getLogger(VolumeReports.class);

    private final StorageEngine engine;
    private final ImageCatalog images;
    /** The volumes that could not be told of when they were looked at last: each is told of in the log once. */
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
            // One volume that cannot be read keeps nobody from seeing the others.
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

    /** What is not in the pool is lost, unless it may be what the engine could not read. */
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

    /** The nearest first; those that are no image or snapshot to a user are passed over. */
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
