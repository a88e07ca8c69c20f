// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Lease;
import io.scrubjay.image.Leases;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.VolumeId;
import io.scrubjay.manifest.VolumeLabel;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One volume while the agent runs: who it is, who uses it, what is being done to it.
 *
 * <p>Thread-safe: guarded by its own monitor, which is never held while the device works.
 */
public final class NamedVolume {
    private final VolumeLabel label;
    private final Optional<Instant> createdAt;
    private final WriteTurns turns;
    private final Leases<NamedVolume> leases = new Leases<>(this);
    /** Whether its label is committed; until then nobody but its maker may see it. */
    private boolean visible;

    private int changes;
    private Optional<VolumeJob> job = Optional.empty();

    private NamedVolume(VolumeLabel label, Optional<Instant> createdAt, WriteTurns turns) {
        this.label = Objects.requireNonNull(label);
        this.createdAt = createdAt;
        this.turns = turns;
    }

    /** One that is about to be made. */
    static NamedVolume beginning(VolumeLabel label, WriteTurns turns) {
        return new NamedVolume(label, Optional.of(label.createdAt()), turns);
    }

    /** One that was found in the pool. */
    static NamedVolume present(VolumeLabel label, WriteTurns turns) {
        return new NamedVolume(label, Optional.of(label.createdAt()), turns).visible();
    }

    /** One that was found in the pool without a label that can be read; of this one only the id is its own. */
    static NamedVolume unlabelled(VolumeLabel standIn, WriteTurns turns) {
        return new NamedVolume(standIn, Optional.empty(), turns).visible();
    }

    private NamedVolume visible() {
        begun();
        return this;
    }

    public VolumeId id() {
        return label.id();
    }

    public ResourceName name() {
        return label.name();
    }

    /** When it was made; empty when its label, which says it, cannot be read. */
    public Optional<Instant> createdAt() {
        return createdAt;
    }

    /** What it was made from. */
    public VolumeLabel.Source source() {
        return label.source();
    }

    VolumeLabel label() {
        return label;
    }

    /** The volume in the pool that holds its bytes. */
    VolumeName stored() {
        return PoolName.volume(label.id());
    }

    WriteTurns turns() {
        return turns;
    }

    /** What runs in the background, or ran last since the agent started. */
    public synchronized Optional<VolumeJob> job() {
        return job;
    }

    /** Whether it exists for others than its maker. */
    synchronized boolean isVisible() {
        return visible;
    }

    /** Its label has been committed. */
    synchronized void begun() {
        visible = true;
    }

    /**
     * Begins to use the volume; it is not deleted meanwhile.
     *
     * @throws RefusedException {@code volume-not-found} while it does not exist yet, {@code volume-in-use} when it is being
     *     deleted
     */
    Lease<NamedVolume> lease() {
        if (!isVisible()) {
            throw notFound(name());
        }
        return leases.begin()
                .orElseThrow(() -> new RefusedException(Refusal.VOLUME_IN_USE, this + " is being deleted"));
    }

    /** How many leases have not ended. */
    int leaseCount() {
        return leases.count();
    }

    /**
     * Lets nobody begin to use it, and waits for those who do.
     *
     * @return whether nobody uses it any more; otherwise it goes on as before
     * @throws RefusedException {@code volume-in-use} while a job on it is under way: for that nobody waits
     * @throws InterruptedException while it waits; it goes on as before
     */
    boolean retire(Duration patience) throws InterruptedException {
        requireNoJob();
        return isVisible() && leases.retire(patience);
    }

    /** Takes {@link #retire} back after a deletion that failed. */
    void unretire() {
        leases.unretire();
    }

    /**
     * Notes that a job begins.
     *
     * @throws RefusedException {@code volume-in-use} while another one runs, or somebody is {@link #changing} the volume
     */
    synchronized void begin(VolumeJob.Running next) {
        requireNoJob();
        if (changes > 0) {
            throw new RefusedException(
                    Refusal.VOLUME_IN_USE,
                    this + " is being changed by another request; try again when that has finished");
        }
        job = Optional.of(next);
    }

    /**
     * Makes a change that the engine would have wait for the end of a job, however long that takes; no job begins meanwhile.
     *
     * @throws RefusedException {@code volume-in-use} while a job is under way
     */
    <T> T changing(Supplier<T> change) {
        beginChange();
        try {
            return change.get();
        } finally {
            endChange();
        }
    }

    private synchronized void beginChange() {
        requireNoJob();
        changes++;
    }

    private synchronized void endChange() {
        changes--;
    }

    /** Whether a job waits for its turn or is under way. */
    synchronized boolean hasRunningJob() {
        return job.filter(VolumeJob.Running.class::isInstance).isPresent();
    }

    private synchronized void requireNoJob() {
        if (hasRunningJob()) {
            throw new RefusedException(
                    Refusal.VOLUME_IN_USE,
                    "a job is running on " + this + ": " + job.get().kind().wireName()
                            + "; try again when it has ended");
        }
    }

    synchronized void end(VolumeJob.Ended ended) {
        job = Optional.of(ended);
    }

    /** Takes {@link #begin} back: the job was not started. */
    synchronized void forgetJob() {
        job = Optional.empty();
    }

    static RefusedException notFound(ResourceName name) {
        return new RefusedException(Refusal.VOLUME_NOT_FOUND, "there is no volume " + name);
    }

    @Override
    public String toString() {
        return "volume " + name();
    }
}
