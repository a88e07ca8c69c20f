package io.scrubjay.manifest;

import io.scrubjay.engine.StorageEngine;

import java.util.List;
import java.util.Objects;

/**
 * The manifests and quarantine markers of one pool. All of it lies in the pool: an image exists exactly while the
 * volume {@code manifest-<id>} does.
 *
 * <p>Keeps no state of its own. Every call blocks for the device and is for workers. Calls about different images run
 * side by side; those about one image are the caller's to order. Each may throw {@link
 * io.scrubjay.engine.EngineException}; only further exceptions are listed.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ManifestStore {
    private final StorageEngine engine;

    public ManifestStore(StorageEngine engine) {
        this.engine = Objects.requireNonNull(engine);
    }

    /**
     * Writes a manifest beside its snapshot, flushes and closes it, and compares what the medium then holds with what
     * was written. The image does not exist yet. A staged manifest that an earlier try left behind is replaced.
     *
     * @throws ManifestDamaged when the medium gives back something else; nothing remains
     */
    public void stage(Manifest manifest) {
        throw new UnsupportedOperationException(engine + " " + manifest);
    }

    /**
     * Makes the image exist, by renaming its staged manifest: the one step that does. Durable on return.
     *
     * <p>When it fails the image may exist or not; {@link #abandon} settles it.
     */
    public void commit(ImageId id) {
        throw new UnsupportedOperationException(id.toString());
    }

    /**
     * Takes back a stage or a commit that failed: neither a staged nor a committed manifest of this image remains.
     * Harmless when there is none.
     */
    public void abandon(ImageId id) {
        throw new UnsupportedOperationException(id.toString());
    }

    /** Whether the image exists; its manifest may be damaged. */
    public boolean isCommitted(ImageId id) {
        throw new UnsupportedOperationException(id.toString());
    }

    /**
     * Reads a committed manifest from the medium and checks all of it.
     *
     * @throws io.scrubjay.engine.EngineException.VolumeNotFound when the image does not exist
     * @throws ManifestDamaged when what is stored is not what was committed
     */
    public Manifest read(ImageId id) {
        throw new UnsupportedOperationException(id.toString());
    }

    /**
     * Reads a committed manifest's header, which has a checksum of its own; costs one small read.
     *
     * @throws io.scrubjay.engine.EngineException.VolumeNotFound when the image does not exist
     * @throws ManifestDamaged when the header is not what was committed
     */
    public ManifestHeader header(ImageId id) {
        throw new UnsupportedOperationException(id.toString());
    }

    /**
     * Ends the image's existence. Durable on return.
     *
     * <p>ORDER: the caller makes sure beforehand that no clone depends on the snapshot, and afterwards deletes the
     * snapshot, then calls {@link #lift}. A crash in between leaves a snapshot or marker without a manifest: leftovers.
     *
     * @throws io.scrubjay.engine.EngineException.VolumeNotFound when the image does not exist
     */
    public void delete(ImageId id) {
        throw new UnsupportedOperationException(id.toString());
    }

    /**
     * Quarantines a committed image. Durable on return. An image that is quarantined already keeps its first marker:
     * replacing it would leave a moment without one.
     *
     * @return the quarantine that now holds
     * @throws ManifestDamaged when the medium gives back something else than was written; nothing remains
     */
    public Quarantine quarantine(QuarantineMarker marker) {
        throw new UnsupportedOperationException(marker.toString());
    }

    /** All quarantined images that exist. */
    public List<Quarantine> quarantines() {
        throw new UnsupportedOperationException();
    }

    /** Ends an image's quarantine. Durable on return. Harmless when it has none. */
    public void lift(ImageId id) {
        throw new UnsupportedOperationException(id.toString());
    }

    /** Tells apart all that lies in the pool, reading every manifest and marker. For start-up. */
    public PoolScan scan() {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes what {@link PoolScan#leftovers} lists: for start-up, before any ingest runs. Whatever cannot be deleted
     * stays, and does not keep the rest from going.
     */
    public Sweep removeLeftovers() {
        throw new UnsupportedOperationException();
    }
}
