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
 * The manifests and quarantine markers of one pool, of images and of snapshots alike; what is said of an image here goes
 * for both. All of it lies in the pool: an image exists exactly while the volume {@code manifest-<id>} does.
 *
 * <p>Keeps no state of its own. Every call blocks for the device and is for workers. Calls about different images run
 * side by side; those about one image are the caller's to order. Each may throw {@link
 * EngineException}; only further exceptions are listed.
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
     * Says in the pool that an image or snapshot is being made. Until its commit a start takes what bytes it has for
     * half-made, and removes them. Durable on return; harmless when it was said before.
     *
     * <p>ORDER: before there is anything called {@code image-<id>} or {@code snapshot-<id>}. Without this or a manifest,
     * bytes of such a name are kept.
     */
    public void begin(ImageId id) {
        records.reserve(PoolName.stagedManifest(id));
    }

    /**
     * Writes a manifest beside its snapshot, flushes and closes it, and compares what the medium then holds with what
     * was written. The image does not exist yet. What {@link #begin} or an earlier try has left is written over; when
     * this fails, {@link #removeRest} removes it.
     *
     * @throws ManifestDamaged when the medium gives back something else
     */
    public void stage(Manifest manifest) {
        records.fill(PoolName.stagedManifest(manifest.id()), () -> new ManifestEncoder(manifest), room::volumeBytes);
    }

    /**
     * Makes the image exist, by renaming its staged manifest: the one step that does. Durable on return.
     *
     * <p>When it fails the image may exist or not; {@link #revoke} settles it.
     */
    public void commit(ImageId id) {
        engine.rename(PoolName.stagedManifest(id), PoolName.manifest(id));
    }

    /**
     * Takes back the commit of an image or snapshot, if there was one: on return it does not exist. {@link #removeRest}
     * removes what was made of it.
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
     * Reads a committed manifest from the medium and checks all of it.
     *
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws ManifestDamaged when what is stored is not what was committed
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
     * How to tell of a manifest that is in the pool and cannot be read.
     *
     * @param failure what {@link #read} has thrown
     * @return empty when the engine tells of it, or {@link #missing}
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
     * Ends the image's existence. Durable on return. Also of one whose manifest is missing.
     *
     * <p>ORDER: the caller makes sure beforehand that no clone depends on the snapshot, and afterwards calls {@link
     * #removeRest}. After a crash in between the next start removes the rest.
     *
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws EngineException.VolumeUnreadable when its manifest is, or may be, what the engine could not read
     */
    public void delete(ImageId id) {
        removal.begin(
                id.stored(),
                PoolName.manifest(id),
                List.of(PoolName.snapshot(id), PoolName.volumeSnapshot(id), PoolName.quarantine(id)));
    }

    /** Removes all that is left of an image that does not exist. Harmless when nothing is; may be done again after a failure. */
    public void removeRest(ImageId id) {
        removal.finish(id.stored());
    }

    /**
     * Quarantines an image. Durable on return. An image that is quarantined already keeps its first marker:
     * replacing it would leave a moment without one.
     *
     * <p>The marker goes into a volume of its own, and into the room behind the manifest, where it lists fewer findings. One of
     * them is enough: the pool may be too full for the volume, and a later start may be unable to read one of the two.
     *
     * @return the quarantine that now holds
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws ManifestDamaged when the medium gives back something else than was written
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
     * Puts the marker of an image that was quarantined by a version which wrote it to one place only into the room as well.
     * Changes nothing for one whose marker is there, cannot be read, or is in the room alone.
     *
     * @throws EngineException.NoSpace when there is no room, and the pool is full; the image stays quarantined
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
            // It may have been written, and only its renaming been refused: on a full pool its clusters are missed.
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
     * Makes sure that the image can be quarantined on a full pool, if it was written by a version that kept no room for the
     * marker. Costs a small read, and nothing more for any other image.
     *
     * @throws EngineException.VolumeNotFound when the image does not exist
     * @throws EngineException.NoSpace when the pool is full already; the image is as it was
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
        // ORDER: the volume last. What a crash leaves half-cleared in the room is not looked at while that is there.
        if (isCommitted(id)) {
            room.clear(id);
        }
        records.deleteIfPresent(PoolName.quarantine(id));
    }

    /** Tells apart all that lies in the pool, reading every manifest and marker. For start-up. */
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
                // Whatever is wrong with it is that image's finding, and does not keep the pool from opening.
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
     * Deletes what {@link PoolInventory#leftovers} lists: for start-up, before any ingest runs. Whatever cannot be deleted
     * stays, with what says that it is to be removed, and does not keep the rest from going. While the engine could not
     * read everything, all of it stays.
     */
    public Sweep removeLeftovers() {
        List<VolumeName> removed = new ArrayList<>();
        Map<VolumeName, EngineException> refused = new TreeMap<>();
        Set<StoredId> unfinished = new TreeSet<>();
        // By name alone: a committed manifest that cannot be read keeps its snapshot as a whole one does.
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
     * What is missing now, or may be what the engine could not read: manifests and labels while bytes or a marker of theirs are in
     * the pool, and the bytes of volumes whose label is. What is left is not removed without being told to. Reads no byte.
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

    /** What the room behind the manifest says. That it cannot be read may hide a marker, so that the image is not served. */
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

    /** @throws ManifestDamaged when a record is another's */
    static void requireOwn(ImageId expected, ImageId found) {
        if (!expected.equals(found)) {
            throw new ManifestDamaged("it is of image " + found + ", not " + expected, 0);
        }
    }
}
