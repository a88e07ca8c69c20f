// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import org.jboss.logging.Logger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The manifests and quarantine markers of one pool. Everything that this Javadoc says about an image is true for a
 * snapshot of a volume as well. All of it is stored in the pool: an image exists exactly while the volume
 * {@code manifest-<id>} does.
 *
 * <p>Keeps no state of its own. Every call blocks for the device and is for workers. Calls about different images may
 * run in parallel; the caller makes calls about the same image one after the other. Each may throw
 * {@link EngineException}; only further exceptions are listed.
 */
public final class ManifestStore {
    private static final Logger LOG = Logger.getLogger(ManifestStore.class);

    private final StorageEngine engine;
    private final Records records;
    private final MarkerRoom room;
    private final Removal removal;

    public ManifestStore(StorageEngine engine) {
        this.engine = Objects.requireNonNull(engine);
        this.records = new Records(engine);
        this.room = new MarkerRoom(engine);
        this.removal = new Removal(engine);
    }

    /**
     * Records in the pool that an image or snapshot is being made. Until its commit, the next start treats its bytes as
     * half-made and removes them. Durable on return; harmless when repeated.
     *
     * <p>ORDER: call this before anything named {@code image-<id>} or {@code snapshot-<id>} exists. Bytes of such a
     * name that have neither this record nor a manifest are never removed.
     */
    public void begin(ImageId id) {
        records.reserve(PoolName.stagedManifest(id));
    }

    /**
     * Writes a manifest next to its snapshot, flushes and closes it, reads it back from the medium and compares it. The
     * image does not exist yet. Overwrites the remains of {@link #begin} or of an earlier attempt; when this fails,
     * {@link #removeRest} removes them.
     *
     * @throws ManifestDamaged when the medium gives back something else
     */
    public void stage(Manifest manifest) {
        records.fill(PoolName.stagedManifest(manifest.id()), () -> new ManifestEncoder(manifest), room::volumeBytes);
    }

    /**
     * Makes the image exist, by renaming its staged manifest; no other step does. Durable on return.
     *
     * <p>After a failure the image may exist or not; {@link #revoke} makes sure that it does not.
     */
    public void commit(ImageId id) {
        engine.rename(PoolName.stagedManifest(id), PoolName.manifest(id));
    }

    /**
     * Undoes the commit of an image or snapshot, if there was one: on return it does not exist. {@link #removeRest}
     * removes its remains.
     */
    public void revoke(ImageId id) {
        if (isCommitted(id)) {
            delete(id);
        }
    }

    /** Whether the image exists; its manifest may be damaged. */
    public boolean isCommitted(ImageId id) {
        return engine.find(PoolName.manifest(id)).isPresent();
    }

    /**
     * Reads a committed manifest from the medium and checks it completely.
     *
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws ManifestDamaged when the stored bytes are not those that were committed
     */
    public Manifest read(ImageId id) {
        ManifestDecoder decoder = new ManifestDecoder();
        new RecordVolume(engine, PoolName.manifest(id)).read(Long.MAX_VALUE, (offset, piece) -> {
            decoder.decode(piece);
            return !decoder.isComplete();
        });
        Manifest manifest = decoder.finish();
        requireOwn(id, manifest.id());
        return manifest;
    }

    /**
     * Reads a committed manifest's header, which has a checksum of its own; costs one small read.
     *
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws ManifestDamaged when the header is not what was committed
     */
    public ManifestHeader header(ImageId id) {
        ByteBuffer head = records.readStart(PoolName.manifest(id), StoredHeader.HEAD_BYTES_MAX);
        ManifestHeader header = StoredHeader.decode(head).header();
        requireOwn(id, header.id());
        return header;
    }

    /**
     * Describes a manifest that is in the pool but cannot be read.
     *
     * @param failure the exception that {@link #read} has thrown
     * @return empty when the engine or {@link #missing} reports it already
     */
    public Optional<Unreadable> unreadable(ImageId id, RuntimeException failure) {
        if (failure instanceof EngineException.VolumeUnreadable || failure instanceof EngineException.VolumeNotFound) {
            return Optional.empty();
        }
        VolumeName name = PoolName.manifest(id);
        return Optional.of(new Unreadable(
                Optional.of(name),
                engine.place(name),
                failure instanceof EngineException.DeviceFailed failed ? failed.errno() : 0,
                "the manifest in it cannot be read: " + failure.getMessage()));
    }

    /**
     * Makes an image cease to exist, also one whose manifest is missing. Durable on return.
     *
     * <p>ORDER: the caller first makes sure that no clone depends on the snapshot, and calls {@link #removeRest}
     * afterwards. After a crash in between, the next start removes the remains.
     *
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws EngineException.VolumeUnreadable when the engine could not read its manifest, or something that may be
     *     its manifest
     */
    public void delete(ImageId id) {
        removal.begin(
                id.stored(),
                PoolName.manifest(id),
                List.of(PoolName.snapshot(id), PoolName.volumeSnapshot(id), PoolName.quarantine(id)));
    }

    /**
     * Removes everything that is left of an image that does not exist. Harmless when nothing is left; can be repeated
     * after a failure.
     */
    public void removeRest(ImageId id) {
        removal.finish(id.stored());
    }

    /**
     * Quarantines an image. Durable on return. An image that is already quarantined keeps its first marker: while a
     * marker is replaced, there would be none for a moment.
     *
     * <p>The marker is written into a volume of its own, and into the space after the manifest, where it lists fewer
     * findings. Either copy is enough: the pool may be too full for the volume, and a later start may be unable to read
     * one of the two.
     *
     * @return the quarantine that is now in force
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws ManifestDamaged when the medium returns other bytes than were written
     */
    public Quarantine quarantine(QuarantineMarker marker) {
        ImageId id = marker.id();
        if (!isCommitted(id)) {
            throw new EngineException.VolumeNotFound(PoolName.manifest(id));
        }
        if (engine.find(PoolName.quarantine(id)).isPresent()) {
            return readQuarantine(id);
        }
        Optional<Quarantine> kept = markerInRoom(id);
        if (kept.isPresent() && kept.get() instanceof QuarantineMarker) {
            return kept.get();
        }
        try {
            records.write(PoolName.stagedQuarantine(id), () -> StoredMarker.of(marker));
            engine.rename(PoolName.stagedQuarantine(id), PoolName.quarantine(id));
        } catch (EngineException.DeviceStalled stalled) {
            throw stalled;
        } catch (EngineException | ManifestDamaged refused) {
            return putIntoRoom(marker, refused);
        }
        putIntoRoomToo(marker);
        return marker;
    }

    /**
     * Copies the marker of an image into the space after the manifest, if an older version wrote it only into its own
     * volume. Changes nothing if the marker is already in that space, cannot be read, or is only there.
     *
     * @throws EngineException.NoSpace when that space does not exist and the pool is full; the image stays quarantined
     * @throws ManifestDamaged when its manifest cannot be read
     */
    public void keepMarkerTwice(ImageId id) {
        if (engine.find(PoolName.quarantine(id)).isPresent()
                && room.find(id).isEmpty()
                && readQuarantine(id) instanceof QuarantineMarker marker) {
            room.make(id);
            room.put(marker);
        }
    }

    private void putIntoRoomToo(QuarantineMarker marker) {
        try {
            room.put(marker);
        } catch (EngineException | ManifestDamaged failed) {
            LOG.warnf(failed, "the quarantine marker of %s is in the pool once, and not twice", marker.id());
        }
    }

    private Quarantine putIntoRoom(QuarantineMarker marker, RuntimeException refused) {
        try {
            // The marker may have been written and only its renaming have failed: on a full pool, its clusters are
            // needed.
            records.deleteIfPresent(PoolName.stagedQuarantine(marker.id()));
        } catch (EngineException left) {
            refused.addSuppressed(left);
        }
        try {
            return room.put(marker);
        } catch (EngineException | ManifestDamaged failed) {
            refused.addSuppressed(failed);
            throw refused;
        }
    }

    /**
     * Makes sure that the image can be quarantined on a full pool, if an older version wrote its manifest without space
     * for the marker. For any other image this is only a small read.
     *
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws EngineException.NoSpace when the pool is already full; the image is unchanged
     * @throws ManifestDamaged when its manifest cannot be read
     */
    public void keepRoomForMarker(ImageId id) {
        room.make(id);
    }

    /** All quarantined images that exist. */
    public List<Quarantine> quarantines() {
        return readQuarantines(PoolContents.of(engine));
    }

    /** Ends an image's quarantine. Durable on return. Harmless when it has none. */
    public void lift(ImageId id) {
        // ORDER: the volume last. While it exists, a copy that a crash left half-cleared in the space after the
        // manifest is not read.
        if (isCommitted(id)) {
            room.clear(id);
        }
        records.deleteIfPresent(PoolName.quarantine(id));
    }

    /** Classifies everything in the pool, reading every manifest and marker. Called at startup. */
    public PoolInventory scan() {
        PoolContents contents = PoolContents.of(engine);
        List<ManifestHeader> images = new ArrayList<>();
        List<PoolInventory.Damaged> damaged = new ArrayList<>();
        for (ImageId id : contents.committed()) {
            try {
                images.add(read(id).header());
            } catch (EngineException unreadable) {
                damaged.add(new PoolInventory.Damaged(
                        id,
                        contents.bytesOf(id),
                        PoolInventory.Why.UNREADABLE,
                        unreadable.getMessage(),
                        unreadable(id, unreadable)));
            } catch (RuntimeException nonsense) {
                // A damaged manifest affects only its own image, and does not prevent the pool from opening.
                damaged.add(new PoolInventory.Damaged(
                        id,
                        contents.bytesOf(id),
                        PoolInventory.Why.DAMAGED,
                        String.valueOf(nonsense.getMessage()),
                        unreadable(id, nonsense)));
            }
        }
        contents.withoutManifest()
                .forEach(id -> damaged.add(new PoolInventory.Damaged(
                        id,
                        contents.bytesOf(id),
                        contents.isComplete() ? PoolInventory.Why.MISSING : PoolInventory.Why.UNREADABLE,
                        PoolName.manifest(id) + " is " + contents.whyNotHere() + "; what belongs to it is there",
                        Optional.empty())));
        images.sort(Comparator.comparing(ManifestHeader::name));
        return new PoolInventory(
                images,
                damaged,
                contents.withoutSnapshot(),
                contents.withUnreadableSnapshot(),
                readQuarantines(contents),
                contents.leftovers().stream().map(PoolName::volume).toList(),
                contents.others(),
                contents.unreadable());
    }

    /**
     * Deletes everything that {@link PoolInventory#leftovers} lists. Called at startup, before any ingest runs. If
     * something cannot be deleted, it stays, together with the record that says that it is to be removed, and the
     * others are still deleted. If the engine could not read everything in the pool, nothing is deleted.
     */
    public Sweep removeLeftovers() {
        List<VolumeName> removed = new ArrayList<>();
        Map<VolumeName, EngineException> refused = new TreeMap<>();
        Set<StoredId> unfinished = new TreeSet<>();
        // Decided by names alone: a committed manifest that cannot be read keeps its snapshot, as a valid one does.
        for (PoolName leftover : PoolContents.of(engine).leftovers()) {
            if (unfinished.contains(leftover.id())) {
                continue;
            }
            try {
                engine.delete(leftover.volume());
                removed.add(leftover.volume());
            } catch (EngineException failed) {
                refused.put(leftover.volume(), failed);
                unfinished.add(leftover.id());
            }
        }
        return new Sweep(removed, refused);
    }

    /**
     * What is missing now, or may be something that the engine could not read: manifests, labels and sessions whose
     * bytes or marker are in the pool, and the bytes of volumes and sessions whose record is in the pool. The parts
     * that are there are kept until somebody deletes them. Reads no data.
     */
    public List<Unreadable> missing() {
        return PoolContents.of(engine).missing();
    }

    private List<Quarantine> readQuarantines(PoolContents contents) {
        List<Quarantine> quarantines = new ArrayList<>();
        for (ImageId id : contents.committed()) {
            if (contents.quarantined().contains(id)) {
                quarantines.add(readQuarantine(id));
            } else {
                markerInRoom(id).ifPresent(quarantines::add);
            }
        }
        return quarantines;
    }

    /**
     * The marker in the space after the manifest. If that space cannot be read, it may have a marker, so the image is
     * not served.
     */
    private Optional<Quarantine> markerInRoom(ImageId id) {
        try {
            return room.find(id);
        } catch (EngineException unreadable) {
            return Optional.of(Quarantine.Illegible.of(engine, id, PoolName.manifest(id), unreadable));
        }
    }

    private Quarantine readQuarantine(ImageId id) {
        try {
            QuarantineMarker marker =
                    StoredMarker.decode(records.readStart(PoolName.quarantine(id), StoredMarker.BYTES_MAX));
            requireOwn(id, marker.id());
            return marker;
        } catch (RuntimeException illegible) {
            return Quarantine.Illegible.of(engine, id, PoolName.quarantine(id), illegible);
        }
    }

    /**
     * @throws ManifestDamaged when a record belongs to another id
     */
    static void requireOwn(ImageId expected, ImageId found) {
        if (!expected.equals(found)) {
            throw new ManifestDamaged("it is of image " + found + ", not " + expected, 0);
        }
    }
}
