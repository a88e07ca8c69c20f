// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.Digest;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.Upload;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * One image, or one snapshot of a volume, while the agent runs: its identity, its state, the progress of its ingest,
 * and its readers. A snapshot differs from an image only in its origin.
 *
 * <p>Thread-safe: everything that changes is guarded by its monitor; progress counters are volatile and written by one
 * thread.
 */
public final class Image {
    private final ImageKind kind;
    private final ImageId id;
    private final ResourceName name;
    private final Instant createdAt;
    private final Optional<Digest> expectedDigest;

    private final Leases<Image> leases = new Leases<>(this);
    private final List<Runnable> onQuarantine = new CopyOnWriteArrayList<>();
    private ImageState state;
    private LastScrub lastScrub;
    private long verdicts;
    private Export export;
    private Unreadable unreadable;
    private long revision;
    private ImageSource source;
    private volatile OptionalLong expectedBytes;
    private volatile long receivedBytes;
    private volatile long spooledBytes;

    private Image(
            ImageKind kind,
            ImageId id,
            ResourceName name,
            Instant createdAt,
            OptionalLong expectedBytes,
            Optional<Digest> expectedDigest,
            ImageState state) {
        this.kind = Objects.requireNonNull(kind);
        this.id = Objects.requireNonNull(id);
        this.name = Objects.requireNonNull(name);
        this.createdAt = Objects.requireNonNull(createdAt);
        this.expectedBytes = Objects.requireNonNull(expectedBytes);
        this.expectedDigest = Objects.requireNonNull(expectedDigest);
        this.state = Objects.requireNonNull(state);
    }

    /** A new image whose ingest is about to begin. */
    public static Image pending(
            ResourceName name, Instant createdAt, OptionalLong expectedBytes, Optional<Digest> expectedDigest) {
        return new Image(
                ImageKind.IMAGE,
                ImageId.random(),
                name,
                createdAt,
                expectedBytes,
                expectedDigest,
                new ImageState.Pending());
    }

    /** A new snapshot of a volume, which is about to be taken. */
    public static Image pendingSnapshot(ResourceName name, Instant createdAt) {
        return new Image(
                ImageKind.SNAPSHOT,
                ImageId.random(),
                name,
                createdAt,
                OptionalLong.empty(),
                Optional.empty(),
                new ImageState.Pending());
    }

    /** An image or snapshot that was found committed in the pool, ready or quarantined. */
    public static Image committed(ManifestHeader header, ImageState.Committed state) {
        Optional<Upload> upload = header.upload();
        long sentBytes = upload.map(Upload::receivedBytes).orElse(0L);
        Image image = new Image(
                header.pointInTime().isPresent() ? ImageKind.SNAPSHOT : ImageKind.IMAGE,
                header.id(),
                header.name(),
                header.createdAt(),
                upload.isPresent() ? OptionalLong.of(sentBytes) : OptionalLong.empty(),
                upload.flatMap(Upload::expectedDigest),
                state);
        image.receivedBytes = sentBytes;
        header.poolSource().ifPresent(source -> image.comesFrom(new ImageSource.Disk(source.kind(), source.name())));
        return image;
    }

    /**
     * An image or snapshot that was found committed in the pool, but whose name is unknown or taken; it is named after
     * its id.
     */
    public static Image unnamed(ImageKind kind, ImageId id, ImageState.Quarantined state) {
        return new Image(
                kind, id, ResourceName.ofNameless(id), state.since(), OptionalLong.empty(), Optional.empty(), state);
    }

    public ImageKind kind() {
        return kind;
    }

    /** Its kind and its name. */
    public ImageKey key() {
        return new ImageKey(kind, name);
    }

    /** The snapshot in the pool that holds its bytes. */
    public VolumeName volume() {
        return kind.volume(id);
    }

    public ImageId id() {
        return id;
    }

    public ResourceName name() {
        return name;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public OptionalLong expectedBytes() {
        return expectedBytes;
    }

    /** Sets how many bytes will come, once this is known; for the receiving thread only, before the first byte. */
    public void expect(long bytes) {
        expectedBytes = OptionalLong.of(bytes);
    }

    /**
     * Where the agent took the image from, or empty when a client sent it. The pool records a volume or snapshot, but no
     * URL, which is forgotten when the agent ends.
     */
    public synchronized Optional<ImageSource> source() {
        return Optional.ofNullable(source);
    }

    /** Records where the agent takes the image from. */
    public synchronized void comesFrom(ImageSource where) {
        source = where;
        bump();
    }

    public Optional<Digest> expectedDigest() {
        return expectedDigest;
    }

    /** How many bytes of the upload have been received. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** Sets how many bytes have been received; for the receiving thread only. */
    public void received(long bytesInAll) {
        receivedBytes = bytesInAll;
    }

    /**
     * How many bytes of the upload have been kept in the pool until their place on the disk was known; 0 also for an
     * image that was stored before the agent started.
     */
    public long spooledBytes() {
        return spooledBytes;
    }

    /** Sets how many bytes have been kept; for the decoding thread only. */
    public void spooled(long bytesInAll) {
        spooledBytes = bytesInAll;
    }

    public synchronized ImageState state() {
        return state;
    }

    /** Counts changes of state: when the number differs from the last one seen, there is something new to show. */
    public synchronized long revision() {
        return revision;
    }

    /**
     * Moves from one state to the next.
     *
     * @param from the state that the caller expects the image to be in
     * @throws IllegalStateException when it is in another kind of state
     */
    public <S extends ImageState, T extends ImageState> T move(Class<S> from, Function<S, T> transition) {
        T next = step(from, transition);
        if (next instanceof ImageState.Quarantined) {
            onQuarantine.forEach(Runnable::run);
        }
        return next;
    }

    /**
     * Runs this as soon as the image is quarantined, on the thread that quarantines it. For code that keeps serving the
     * image, such as an export.
     */
    public void whenQuarantined(Runnable action) {
        onQuarantine.add(action);
    }

    /** Undoes {@link #whenQuarantined} for this action. */
    public void forget(Runnable action) {
        onQuarantine.remove(action);
    }

    private synchronized <S extends ImageState, T extends ImageState> T step(Class<S> from, Function<S, T> transition) {
        if (!from.isInstance(state)) {
            throw new IllegalStateException(this + " is " + state.wireName());
        }
        T next = transition.apply(from.cast(state));
        state = next;
        bump();
        return next;
    }

    public synchronized Optional<LastScrub> lastScrub() {
        return Optional.ofNullable(lastScrub);
    }

    /**
     * Records the result of the latest scrub of this image. If the clock was set back, its time may be earlier than
     * that of the previous one.
     */
    public synchronized void scrubbed(LastScrub verdict) {
        lastScrub = verdict;
        verdicts++;
        bump();
    }

    /** Counts scrub results: two may have the same time if the clock was set or stands still. */
    public synchronized long verdictCount() {
        return verdicts;
    }

    /**
     * The record of this image that could not be read since the agent started, if any; the next start or scrub tries
     * again.
     */
    public synchronized Optional<Unreadable> unreadable() {
        return Optional.ofNullable(unreadable);
    }

    /** Records that one of its stored records cannot be read. */
    public synchronized void cannotRead(Unreadable what) {
        unreadable = what;
    }

    /** Records that all of its stored records can be read. */
    public synchronized void canRead() {
        unreadable = null;
    }

    /** Where hosts reach it over the network, or empty when it is not exported. */
    public synchronized Optional<Export> export() {
        return Optional.ofNullable(export);
    }

    /** Records that hosts reach it at this address from now on. */
    public synchronized void exported(Export where) {
        export = where;
        bump();
    }

    /** Records that its export has ended. */
    public synchronized void exportEnded() {
        export = null;
        bump();
    }

    private void bump() {
        revision++;
    }

    /**
     * Begins to read the image's bytes on behalf of a client.
     *
     * @throws RefusedException when it is not ready, quarantined, or about to be deleted
     */
    public synchronized Lease<Image> lease() {
        if (state instanceof ImageState.Quarantined quarantined) {
            throw new RefusedException(Refusal.IMAGE_QUARANTINED, this + " is quarantined: " + quarantined.message());
        }
        if (!(state instanceof ImageState.Ready)) {
            throw notReady();
        }
        return leases.begin().orElseThrow(this::beingDeleted);
    }

    /**
     * Begins to read the image's bytes in order to compare them with its manifest, even if the image is quarantined.
     *
     * @throws RefusedException when it is not committed, or about to be deleted
     */
    public synchronized Lease<Image> leaseForScrub() {
        if (!(state instanceof ImageState.Committed)) {
            throw notReady();
        }
        return leases.begin().orElseThrow(this::beingDeleted);
    }

    private RefusedException notReady() {
        return leases.isRetiring()
                ? beingDeleted()
                : new RefusedException(Refusal.IMAGE_NOT_READY, this + " is " + state.wireName());
    }

    private RefusedException beingDeleted() {
        return new RefusedException(Refusal.IMAGE_NOT_READY, this + " is being deleted");
    }

    /** How many leases have not ended. */
    int leaseCount() {
        return leases.count();
    }

    /**
     * Admits no new readers, asks those that can stop early to stop, and waits for all of them; blocks, so it is for
     * workers only.
     *
     * @return whether all readers have ended; if not, the image is used as before
     * @throws InterruptedException when it is interrupted while waiting; the image is used as before
     */
    public boolean retire(Duration patience) throws InterruptedException {
        return leases.retire(patience);
    }

    /** Undoes {@link #retire} after a deletion that failed. */
    public void unretire() {
        leases.unretire();
    }

    /** {@code image debian}, {@code snapshot monday}: for people. */
    @Override
    public String toString() {
        return kind.wireName() + " " + name;
    }
}
