// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageSource;
import io.scrubjay.image.Lease;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.PoolSource;

/**
 * A snapshot as the source of an image. No engine makes a snapshot of a snapshot, so a clone of it, to which nothing is
 * written, becomes the image's snapshot. The leaves are those of the source: if it is damaged, the proof fails.
 */
record SnapshotSource(StorageEngine engine, ManifestStore manifests, CommittedManifests committed, Image snapshot)
        implements SourceOfImage {
    @Override
    public Fixed fix(Image image) {
        // The lease keeps the snapshot from being deleted until the engine itself knows of its child.
        try (Lease<Image> lease = snapshot.lease()) {
            Manifest manifest = committed.of(lease.leased());
            engine.find(snapshot.volume()).ifPresent(stored -> SnapshotSpace.requireRoomForManifest(engine, stored));
            // ORDER: recorded in the pool before there is a snapshot without a manifest.
            manifests.begin(image.id());
            VolumeName head = PoolName.head(image.id());
            VolumeSummary clone = engine.cloneOf(snapshot.volume(), head);
            VolumeSummary made = engine.seal(clone.name(), image.volume());
            return wanted -> new Content(
                    manifest.lengthBytes(),
                    manifest.leaves(),
                    SnapshotSpace.footprint(engine, made),
                    PoolSource.ofSnapshot(snapshot.id(), snapshot.name()));
        }
    }

    @Override
    public ImageSource.Disk shown() {
        return new ImageSource.Disk(PoolSource.Kind.SNAPSHOT, snapshot.name());
    }

    @Override
    public String toString() {
        return snapshot.toString();
    }
}
