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
 * One volume while the agent runs: its identity, its users, and its jobs.
 *
 * <p>Thread-safe: guarded by its own monitor, which is never held while the device works.
 */
public final class NamedVolume {
    private final VolumeLabel label;
    private final Optional<Instant> createdAt;
    private final WriteTurns turns;
    private final Leases<NamedVolume> leases = new Leases<>(this);
    /** Whether its label is committed; until then only the call that creates it may see it. */
    private boolean visible;

    private int changes;
    private Optional<VolumeJob> job = Optional.empty();

    private NamedVolume(VolumeLabel label, Optional<Instant> createdAt, WriteTurns turns) {
        this.label = Objects.requireNonNull(label);
        this.createdAt = createdAt;
        this.turns = turns;
    }

    /** A volume that is about to be created. */
    static NamedVolume beginning(VolumeLabel label, WriteTurns turns) {
        return new NamedVolume(label, Optional.of(label.createdAt()), turns);
    }

    /** A volume that was found in the pool. */
    static NamedVolume present(VolumeLabel label, WriteTurns turns) {
        return new NamedVolume(label, Optional.of(label.createdAt()), turns).visible();
    }

    /**
     * A volume that was found in the pool without a readable label; of {@code standIn}, only the id is really its own.
     */
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

    /** When it was created; empty when its label, which has the time, cannot be read. */
    public Optional<Instant> createdAt() {
        return createdAt;
    }

    /** The image or snapshot that it was cloned from, if any. */
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

    /** The job that is running in the background, or the last one since the agent started. */
    public synchronized Optional<VolumeJob> job() {
        return job;
    }

    /** Whether it exists for others than the call that creates it. */
    synchronized boolean isVisible() {
        return visible;
    }

    /** Records that its label has been committed. */
    synchronized void begun() {
        visible = true;
    }

    /**
     * Begins to use the volume, which cannot be deleted until the lease ends.
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
     * Gives no more leases, and waits for the existing ones to end.
     *
     * @return whether nobody uses it any more; if somebody does, leases are given as before
     * @throws RefusedException {@code volume-in-use} while a job on it is running: this call does not wait for jobs
     * @throws InterruptedException when it is interrupted while waiting; leases are given as before
     */
    boolean retire(Duration patience) throws InterruptedException {
        requireNoJob();
        return isVisible() && leases.retire(patience);
    }

    /** Undoes {@link #retire} after a deletion that failed. */
    void unretire() {
        leases.unretire();
    }

    /**
     * Records that a job begins.
     *
     * @throws RefusedException {@code volume-in-use} while another job runs, or a call of {@link #changing} does
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
     * Makes a change for which the engine would otherwise wait until a job ends, however long that takes; no job begins
     * meanwhile.
     *
     * @throws RefusedException {@code volume-in-use} while a job is running
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

    /** Whether a job is waiting for its turn or running. */
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

    /** Undoes {@link #begin}: the job was not started. */
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
