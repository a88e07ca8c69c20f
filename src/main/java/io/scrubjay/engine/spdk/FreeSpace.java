package io.scrubjay.engine.spdk;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Knows whether the free clusters of a pool hold nothing but zeroes, and sees to it that they do (I-6).
 *
 * <p>They do when the pool was made, and every volume that is deleted is cleared. Two things leave clusters behind that
 * nobody could clear: a crash, and the merge of a snapshot into its child. A volume of no size marks the pool in the
 * meantime. All free clusters are then taken by private volumes, cleared, and given back, in the background; until that
 * is done, whoever writes a part of a fresh cluster writes all of it.
 *
 * <p>Thread-safe: guarded by itself; the cleaning is done by one thread of its own.
 */
final class FreeSpace {
    private static final System.Logger LOG = System.getLogger(FreeSpace.class.getName());
    /** What one private volume takes at a time. */
    private static final long STEP_BYTES = 1L << 30;
    /** What is left to others until the last step, which is short. */
    private static final long LEFT_CLUSTERS = 16;

    private final OpenPool pool;
    private final Disposal disposal;
    private boolean clean;
    private boolean stopped;
    private boolean yielding;
    private long heldClusters;
    private Thread cleaner;

    FreeSpace(OpenPool pool) {
        this.pool = pool;
        this.disposal = new Disposal(pool);
    }

    /**
     * Goes on where the last run of this pool ended, after a crash too.
     *
     * @param found all volumes there are
     */
    void opened(List<Lvol> found) {
        boolean marked = false;
        for (Lvol lvol : found) {
            if (PrivateName.UNCLEAN.matches(lvol.name())) {
                marked = true;
            } else if (PrivateName.isPrivate(lvol.name())) {
                LOG.log(System.Logger.Level.INFO, "going on with the deletion of {0}", lvol.name());
                disposal.clearAndDelete(lvol.uuid());
            }
        }
        if (marked) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the pool was not closed in good order: its free clusters are cleared");
            startCleaning();
        } else {
            pool.store().create(PrivateName.UNCLEAN.single(), pool.clusterSize().bytes(), Provisioning.THIN, "none");
            pool.sync();
            setClean();
        }
    }

    private synchronized void setClean() {
        clean = true;
    }

    /** Whether every free cluster is known to hold zeroes. */
    synchronized boolean isClean() {
        return clean;
    }

    /** Free clusters that are being cleared: they look used to SPDK. */
    synchronized long heldClusters() {
        return heldClusters;
    }

    /** Waits until every free cluster holds zeroes; whether it came to that. */
    synchronized boolean awaitClean(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!clean) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                return false;
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** How many of the free clusters are still to be cleared. */
    synchronized long uncleared(long freeClusters) {
        return clean ? 0 : Math.max(0, freeClusters - heldClusters);
    }

    /** Clusters are about to be freed that nobody can clear. */
    synchronized void beforeMerge() {
        clean &= pool.clearing().unmapClears();
    }

    /** They are free now. */
    void afterMerge() {
        if (!isClean()) {
            startCleaning();
        }
    }

    /**
     * Makes sure that so many clusters can be had at once.
     *
     * @throws EngineException.NoSpace when they cannot
     */
    void require(long clusters) {
        if (pool.store().fill().freeClusters() < clusters) {
            yieldSpace();
        }
        long free = pool.store().fill().freeClusters();
        if (free < clusters) {
            long bytes = pool.clusterSize().bytes();
            throw new EngineException.NoSpace(clusters * bytes, free * bytes);
        }
    }

    /**
     * Waits until the cleaning has given back what it holds.
     *
     * @return whether it held anything, so that another try may succeed
     */
    synchronized boolean yieldSpace() {
        if (heldClusters == 0) {
            return false;
        }
        yielding = true;
        boolean interrupted = false;
        while (heldClusters > 0) {
            try {
                wait();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private synchronized void startCleaning() {
        if (stopped) {
            return;
        }
        if (cleaner != null) {
            // What has just been freed may lie where it has been already.
            yielding = true;
            return;
        }
        cleaner = new Thread(this::cleanUntilDone, "scrubjay-spdk-clean");
        cleaner.setDaemon(true);
        cleaner.start();
    }

    private void cleanUntilDone() {
        boolean again = true;
        while (again) {
            List<String> held = new ArrayList<>();
            boolean whole = false;
            try {
                whole = takeAndClear(held);
            } catch (RuntimeException failed) {
                LOG.log(System.Logger.Level.WARNING, "clearing the free clusters failed, and is tried again", failed);
            } finally {
                giveBack(held);
            }
            again = next(whole);
        }
    }

    /** Takes free clusters until there are none, and clears them; whether it came to the end. */
    private boolean takeAndClear(List<String> held) {
        long clusterBytes = pool.clusterSize().bytes();
        while (true) {
            long free = pool.store().fill().freeClusters();
            long step = Math.min(free - LEFT_CLUSTERS, STEP_BYTES / clusterBytes);
            boolean last = step <= 0;
            if (last) {
                step = free;
            }
            if (!goesOn()) {
                return false;
            }
            if (step > 0) {
                hold(step);
                held.add(takenAndCleared(step * clusterBytes));
            }
            if (last) {
                return goesOn();
            }
        }
    }

    private String takenAndCleared(long sizeBytes) {
        String method = pool.clearing().lvolMethod();
        String uuid = pool.store().create(PrivateName.CLEANING.fresh(), sizeBytes, Provisioning.THICK, method);
        if (!pool.clearing().unmapClears()) {
            NativeHandle handle = NativeHandle.openWrite(pool.reactor(), uuid);
            try {
                Errno.require(
                        new Clusters(handle, pool.clusterSize()).clear(new ByteRange(0, sizeBytes)),
                        "clear free clusters");
            } finally {
                handle.close();
            }
        }
        return uuid;
    }

    private synchronized boolean goesOn() {
        return !stopped && !yielding;
    }

    private synchronized void hold(long clusters) {
        heldClusters += clusters;
    }

    private void giveBack(List<String> held) {
        for (String uuid : held) {
            try {
                pool.store().delete(uuid);
            } catch (RuntimeException failed) {
                LOG.log(System.Logger.Level.WARNING, "a private volume stays until the next start", failed);
            }
        }
    }

    /** What comes after a round; whether that is another one. */
    private synchronized boolean next(boolean whole) {
        heldClusters = 0;
        clean |= whole && !yielding;
        yielding = false;
        if (clean || stopped) {
            cleaner = null;
        }
        notifyAll();
        return !clean && !stopped;
    }

    /** Ends the cleaning; what it held is given back when this returns. */
    void stop() {
        Thread running;
        synchronized (this) {
            stopped = true;
            running = cleaner;
        }
        if (running != null) {
            boolean interrupted = false;
            while (running.isAlive()) {
                try {
                    running.join();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The pool is closed in good order; a pool with unclean clusters stays marked. */
    void closing() {
        if (isClean()) {
            pool.store().all().stream()
                    .filter(lvol -> PrivateName.UNCLEAN.matches(lvol.name()))
                    .forEach(lvol -> pool.store().delete(lvol.uuid()));
        }
    }
}
