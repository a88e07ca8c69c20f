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
 * One image, or one snapshot of a volume, while the agent runs: who it is, what state it is in, how far its ingest is,
 * who reads it. A snapshot is an image in all but where it came from.
 *
 * <p>Thread-safe: everything that changes is guarded by the monitor; counters of progress are volatile and written by
 * one thread.
 */
public final class Image {
    private final ImageKind kind;
    private final ImageId id;
    private final ResourceName name;
    private final Instant createdAt;
    private final OptionalLong expectedBytes;
    private final Optional<Digest> expectedDigest;

    private final Leases<Image> leases = new Leases<>(this);
    private final List<Runnable> onQuarantine = new CopyOnWriteArrayList<>();
    private ImageState state;
    private LastScrub lastScrub;
    private long verdicts;
    private Export export;
    private Unreadable unreadable;
    private long revision;
    private volatile long receivedBytes;

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

    /** An image whose ingest is about to begin. */
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

    /** A snapshot of a volume that is about to be taken. */
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

    /** One found committed in the pool, ready or quarantined. */
    public static Image committed(ManifestHeader header, ImageState.Committed state) {
        Optional<Upload> upload = header.upload();
        long sentBytes = upload.map(Upload::receivedBytes).orElse(0L);
        Image image = new Image(
                upload.isPresent() ? ImageKind.IMAGE : ImageKind.SNAPSHOT,
                header.id(),
                header.name(),
                header.createdAt(),
                upload.isPresent() ? OptionalLong.of(sentBytes) : OptionalLong.empty(),
                upload.flatMap(Upload::expectedDigest),
                state);
        image.receivedBytes = sentBytes;
        return image;
    }

    /** One found committed in the pool that has no name, or not its own any more; it goes by its id. */
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

    public Optional<Digest> expectedDigest() {
        return expectedDigest;
    }

    /** How many bytes of the upload have come in. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** For the one thread that receives. */
    public void received(long bytesInAll) {
        receivedBytes = bytesInAll;
    }

    public synchronized ImageState state() {
        return state;
    }

    /** Counts changes of state: who saw one number and sees another has something new to show. */
    public synchronized long revision() {
        return revision;
    }

    /**
     * Moves from one state to the next.
     *
     * @param from the state the caller believes the image to be in
     * @throws IllegalStateException when it is in another kind of state
     */
    public <S extends ImageState, T extends ImageState> T move(Class<S> from, Function<S, T> transition) {
        T next = step(from, transition);
        if (next instanceof ImageState.Quarantined) {
            onQuarantine.forEach(Runnable::run);
        }
        return next;
    }

    /** Does something as soon as the image is quarantined, on the thread that finds out. For those who go on serving it. */
    public void whenQuarantined(Runnable action) {
        onQuarantine.add(action);
    }

    /** Takes {@link #whenQuarantined} back. */
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

    /** Notes how the latest scrub of this image ended; by its time it may be older than the one before, if clocks were set. */
    public synchronized void scrubbed(LastScrub verdict) {
        lastScrub = verdict;
        verdicts++;
        bump();
    }

    /** Counts verdicts: where clocks are set, or stand still, two may have one time. */
    public synchronized long verdictCount() {
        return verdicts;
    }

    /** What of its records could not be read since the agent started; the next start, or scrub, looks again. */
    public synchronized Optional<Unreadable> unreadable() {
        return Optional.ofNullable(unreadable);
    }

    /** Notes that one of its records cannot be read. */
    public synchronized void cannotRead(Unreadable what) {
        unreadable = what;
    }

    /** Notes that all of its records can be read. */
    public synchronized void canRead() {
        unreadable = null;
    }

    /** Where others reach it over the network, or empty when it is not exported. */
    public synchronized Optional<Export> export() {
        return Optional.ofNullable(export);
    }

    /** Others reach it there from now on. */
    public synchronized void exported(Export where) {
        export = where;
        bump();
    }

    /** Nobody reaches it over the network any more. */
    public synchronized void exportEnded() {
        export = null;
        bump();
    }

    private void bump() {
        revision++;
    }

    /**
     * Begins to read the image's bytes for somebody outside.
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
     * Begins to read the image's bytes in order to compare them with its manifest; quarantine is no obstacle.
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
     * Stops new readers, asks those that can to let go, and waits for them; blocks, so for workers only.
     *
     * @return whether nobody reads any more; otherwise the image goes on as before
     * @throws InterruptedException while it waits; the image goes on as before
     */
    public boolean retire(Duration patience) throws InterruptedException {
        return leases.retire(patience);
    }

    /** Takes {@link #retire} back after a deletion that failed. */
    public void unretire() {
        leases.unretire();
    }

    /** {@code image debian}, {@code snapshot monday}: for people. */
    @Override
    public String toString() {
        return kind.wireName() + " " + name;
    }
}
