// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageSource;
import io.scrubjay.image.Lease;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolSource;
import io.scrubjay.seal.Wanted;

/**
 * A volume as the source of an image: the engine's snapshot of the volume is the image's own, and follows in the
 * volume's line. Writes to the volume go on.
 */
record VolumeSource(StorageEngine engine, ManifestStore manifests, SnapshotLeaves leaves, NamedVolume volume)
        implements SourceOfImage {
    @Override
    public Fixed fix(Image image) {
        try (Lease<NamedVolume> lease = volume.lease()) {
            VolumeSummary taken = lease.leased().changing(() -> {
                SnapshotSpace.requireRoomForManifest(engine, VolumeFailures.stored(engine, volume));
                // ORDER: recorded in the pool before there is a snapshot without a manifest.
                manifests.begin(image.id());
                return volume.turns().between(() -> engine.snapshot(volume.stored(), image.volume()));
            });
            return wanted -> content(taken, wanted);
        }
    }

    private Content content(VolumeSummary taken, Wanted wanted) {
        SnapshotLeaves.Computed computed = leaves.computeOnce(taken, wanted);
        return new Content(
                taken.sizeBytes(),
                computed.leaves(),
                SnapshotSpace.footprint(engine, taken),
                PoolSource.ofVolume(volume.id(), volume.name(), computed.parent()));
    }

    @Override
    public ImageSource.Disk shown() {
        return new ImageSource.Disk(PoolSource.Kind.VOLUME, volume.name());
    }

    @Override
    public String toString() {
        return volume.toString();
    }
}
