// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Lease;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs jobs on volumes, one after the other, since each copies a lot of data. Thread-safe; {@link #start} does not
 * wait.
 *
 * <p>Jobs are not stored. A job that is interrupted by a stop of the agent leaves a correct volume; users can start it
 * again.
 */
public final class VolumeJobs implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(VolumeJobs.class);
    private static final int WAITING_MAX = 64;
    private static final long CLOSE_PATIENCE_SECONDS = 30;

    private final StorageEngine engine;
    private final InstantSource clock;
    private final ThreadPoolExecutor worker;

    public VolumeJobs(StorageEngine engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
        this.worker =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), task -> {
                    Thread thread = new Thread(task, "scrubjay-volume-job");
                    thread.setDaemon(true);
                    return thread;
                });
        worker.allowCoreThreadTimeOut(true);
    }

    /**
     * Starts a job, or queues it. Its volume shows the job, and cannot be deleted before the job ends.
     *
     * @throws RefusedException {@code volume-in-use} while another job runs on the volume or the volume is being
     *     changed, {@code busy}, {@code unreadable} when its bytes are missing or cannot be read, {@code device-failed}
     */
    public void start(NamedVolume volume, VolumeJob.Kind kind) {
        Lease<NamedVolume> lease = volume.lease();
        VolumeJob.Running job = new VolumeJob.Running(kind, clock.instant());
        try {
            requireStored(volume);
            volume.begin(job);
        } catch (RuntimeException | Error refused) {
            lease.close();
            throw refused;
        }
        try {
            worker.execute(() -> run(lease, job));
        } catch (RejectedExecutionException full) {
            volume.forgetJob();
            lease.close();
            throw new RefusedException(Refusal.BUSY, "too many volume jobs are waiting; try again later", full);
        }
    }

    private void requireStored(NamedVolume volume) {
        try {
            VolumeSummary unused = VolumeFailures.stored(engine, volume);
        } catch (EngineException failure) {
            throw VolumeFailures.explain(volume, failure);
        }
    }

    private void run(Lease<NamedVolume> lease, VolumeJob.Running job) {
        NamedVolume volume = lease.leased();
        VolumeJob.Ended ended = ended(volume, job);
        // ORDER: the lease first, so that a client that sees the end can delete the volume.
        lease.close();
        volume.end(ended);
    }

    private VolumeJob.Ended ended(NamedVolume volume, VolumeJob.Running job) {
        try {
            switch (job.kind()) {
                case INFLATE -> engine.inflate(volume.stored());
                case DECOUPLE -> engine.decouple(volume.stored());
            }
            LOG.infof("%s: %s is done", volume, job.kind().wireName());
            return job.finished(clock.instant());
        } catch (EngineException failure) {
            LOG.warnf("%s: %s failed: %s", volume, job.kind().wireName(), failure.getMessage());
            RefusedException refused = RefusedException.because(failure);
            return job.failed(clock.instant(), refused.refusal(), messageOf(refused));
        } catch (RuntimeException | Error bug) {
            LOG.errorf(
                    bug,
                    "%s: %s failed because of an error in the agent; please report it with the stack trace",
                    volume,
                    job.kind().wireName());
            return job.failed(clock.instant(), Refusal.DEVICE_FAILED, "an error in the agent; its log has the details");
        }
    }

    /** The message of an engine names calls and files, which are for the administrator, who finds them in the log. */
    private static String messageOf(RefusedException refused) {
        return refused.refusal() == Refusal.DEVICE_FAILED
                ? "the storage device or the operating system reported an error; the agent's log has the details"
                : refused.getMessage();
    }

    /** Waits a while for the running job to end, and drops the waiting ones. */
    @Override
    public void close() {
        worker.getQueue().clear();
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("stopping: a job on a volume is still running and will be cut off; the next start cleans"
                        + " up, and the job can be ordered again");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
