// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Settling;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.flow.Admission;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Lease;
import io.scrubjay.image.LogEvent;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PointInTime;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.InstantSource;

/**
 * Takes snapshots of volumes. Thread-safe; blocks for the device; for workers.
 *
 * <p>INVARIANT I-3: a snapshot exists from the commit of its manifest on, as an image does. Anything of it that is in
 * the pool before that is a leftover.
 */
public final class Snapshots implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Snapshots.class);
    /** Each snapshot that is being taken reads and hashes with its own buffers. */
    private static final int AT_ONCE_MAX = 4;

    private final StorageEngine engine;
    private final ManifestStore manifests;
    private final ImageCatalog images;
    private final SnapshotLeaves leaves;
    private final InstantSource clock;
    private final Settling settling = new Settling();
    private final Admission admission = new Admission(AT_ONCE_MAX);

    public Snapshots(
            StorageEngine engine,
            ManifestStore manifests,
            CommittedManifests committed,
            ImageCatalog images,
            InstantSource clock) {
        this.engine = engine;
        this.manifests = manifests;
        this.images = images;
        this.leaves = new SnapshotLeaves(engine, images, committed);
        this.clock = clock;
    }

    /**
     * Takes a snapshot of a volume as it is now, with every write that has completed, and computes and commits its
     * manifest. Writes go on meanwhile. Durable when this returns; after a failure, nothing of it remains.
     *
     * @return the snapshot, ready
     * @throws RefusedException {@code snapshot-exists}, {@code volume-in-use}, {@code busy}, {@code pool-full}, {@code
     *     device-failed}
     */
    public Image take(NamedVolume volume, ResourceName name) {
        Image snapshot = Image.pendingSnapshot(name, clock.instant());
        Admission.Slot slot = admission.enter(Snapshots::busy);
        try (Lease<NamedVolume> lease = volume.lease()) {
            images.claim(snapshot);
            return take(lease.leased(), snapshot);
        } finally {
            slot.close();
        }
    }

    private static RefusedException busy(Admission.Denial denial) {
        return new RefusedException(
                Refusal.BUSY,
                switch (denial) {
                    case FULL -> "too many snapshots are being taken (limit " + AT_ONCE_MAX + "); try again later";
                    case REFUSING -> "the agent is stopping";
                });
    }

    private Image take(NamedVolume volume, Image snapshot) {
        Settling.Step revocation = () -> {};
        try {
            VolumeSummary taken = volume.changing(() -> {
                SnapshotSpace.requireRoomForManifest(engine, VolumeFailures.stored(engine, volume));
                // ORDER: recorded in the pool before there is a snapshot without a manifest.
                manifests.begin(snapshot.id());
                return volume.turns().between(() -> engine.snapshot(volume.stored(), snapshot.volume()));
            });
            Manifest manifest = manifest(volume, snapshot, taken);
            manifests.stage(manifest);
            revocation = () -> manifests.revoke(snapshot.id());
            manifests.commit(snapshot.id());
            snapshot.move(ImageState.Pending.class, pending -> pending.taken(manifest.header()));
            LogEvent.SNAPSHOT_TAKEN.info(LOG, "%s of %s is taken: %s", snapshot, volume, manifest.contentDigest());
            return snapshot;
        } catch (EngineException failure) {
            forget(snapshot, revocation);
            throw RefusedException.because(failure);
        } catch (ManifestDamaged damaged) {
            forget(snapshot, revocation);
            throw new RefusedException(
                    Refusal.NOT_PROVEN, "the manifest of " + snapshot + ": " + damaged.what(), damaged);
        } catch (RuntimeException | Error failure) {
            forget(snapshot, revocation);
            throw failure;
        }
    }

    private Manifest manifest(NamedVolume volume, Image snapshot, VolumeSummary taken) {
        SnapshotLeaves.Computed computed = leaves.compute(taken);
        ManifestHeader header = new ManifestHeader(
                PointInTime.FORMAT_VERSION,
                snapshot.id(),
                snapshot.name(),
                taken.sizeBytes(),
                new PointInTime(volume.id(), volume.name(), computed.parent()),
                SnapshotSpace.footprint(engine, taken),
                computed.leaves().contentDigest(taken.sizeBytes()),
                snapshot.createdAt(),
                ManifestHeader.sealedAt(snapshot.createdAt(), clock.instant()));
        return new Manifest(header, computed.leaves());
    }

    /**
     * @param revocation undoes the commit of the snapshot; does nothing if the commit was not begun
     */
    private void forget(Image snapshot, Settling.Step revocation) {
        settling.settle(
                "the removal of " + snapshot + ", which could not be taken,",
                // ORDER: its name becomes free only when it does not exist: a second snapshot must not get the name
                // before.
                revocation,
                () -> manifests.removeRest(snapshot.id()),
                () -> images.remove(snapshot));
    }

    @Override
    public void close() {
        leaves.close();
        settling.close();
    }
}
