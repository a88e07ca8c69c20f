package io.scrubjay.engine.spdk;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

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
    /** After a round that failed. */
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final OpenPool pool;
    private final Disposal disposal;
    private boolean clean;
    private boolean stopped;
    /** Changes under way that began when all free clusters were zeroes, and count on it until they end. */
    private int trusting;
    /** Merges under way: what they free cannot be told from what is clear. */
    private int merging;
    /** Whether a merge has ended since the round began. */
    private boolean merged;
    /** Those who need whatever is free. The cleaning stands back for as long as there are any. */
    private int needing;

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

    /**
     * Begins a change that is right only while all free clusters are zeroes.
     *
     * @return whether they are; {@link #trusted} then has to follow when the change has ended
     */
    synchronized boolean trust() {
        if (clean) {
            trusting++;
        }
        return clean;
    }

    /** Ends a change that {@link #trust} began. */
    synchronized void trusted() {
        trusting--;
        notifyAll();
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

    /** How many of the free clusters are still to be cleared: 0 only when that is over. */
    synchronized long uncleared(long freeClusters) {
        return clean ? 0 : Math.max(Math.min(freeClusters, 1), freeClusters - heldClusters);
    }

    /** Makes a call that frees clusters of a snapshot, which nobody can write to and thus nobody can clear. */
    void merging(Runnable merge) {
        if (pool.clearing().unmapClears()) {
            merge.run();
            return;
        }
        beforeMerge();
        try {
            merge.run();
        } finally {
            afterMerge();
        }
    }

    private synchronized void beforeMerge() {
        merging++;
        clean = false;
        awaitUninterruptibly(() -> trusting == 0);
    }

    private synchronized void afterMerge() {
        merging--;
        merged = true;
        notifyAll();
        startCleaning();
    }

    /**
     * Makes a call that takes many free clusters at once.
     *
     * @throws EngineException.NoSpace when there are not so many
     */
    <T> T taking(long clusters, Supplier<T> call) {
        claim();
        try {
            long free = pool.store().fill().freeClusters();
            if (free < clusters) {
                long bytes = pool.clusterSize().bytes();
                throw new EngineException.NoSpace(clusters * bytes, free * bytes);
            }
            return call.get();
        } finally {
            unclaim();
        }
    }

    /** Waits until the cleaning holds nothing; it does not go on before {@link #unclaim}. */
    synchronized void claim() {
        needing++;
        notifyAll();
        awaitUninterruptibly(() -> heldClusters == 0);
    }

    synchronized void unclaim() {
        needing--;
        notifyAll();
    }

    private synchronized void startCleaning() {
        if (cleaner == null && !stopped) {
            cleaner = new Thread(this::cleanUntilDone, "scrubjay-spdk-clean");
            cleaner.setDaemon(true);
            cleaner.start();
        }
    }

    private void cleanUntilDone() {
        try {
            while (begin()) {
                cleanOnce();
            }
        } finally {
            ended();
        }
    }

    private void cleanOnce() {
        List<String> taken = new ArrayList<>();
        boolean whole = false;
        boolean failed = false;
        try {
            whole = takeAndClear(taken);
        } catch (RuntimeException broken) {
            failed = !isOvertaken(broken);
            if (failed) {
                LOG.log(System.Logger.Level.WARNING, "clearing free clusters failed, and is tried again", broken);
            }
        }
        giveBack(taken);
        end(whole);
        if (failed) {
            standBack();
        }
    }

    /** Whether somebody took what was free before it could be taken here: as good a use of it as any. */
    private static boolean isOvertaken(RuntimeException failed) {
        return failed instanceof RpcFailed refused && refused.errno() == Errno.ENOSPC;
    }

    /** Begins a round as soon as nobody is in the way; false when there is nothing left to do. */
    private synchronized boolean begin() {
        awaitUninterruptibly(() -> stopped || clean || (needing == 0 && merging == 0));
        if (stopped || clean) {
            // ORDER: in the same breath, so that the next merge starts another one.
            ended();
            return false;
        }
        merged = false;
        return true;
    }

    private synchronized void ended() {
        if (cleaner == Thread.currentThread()) {
            cleaner = null;
            notifyAll();
        }
    }

    /** Takes free clusters until there are none, and clears them; whether it came to the end. */
    private boolean takeAndClear(List<String> taken) {
        long clusterBytes = pool.clusterSize().bytes();
        while (true) {
            long free = pool.store().fill().freeClusters();
            boolean last = free <= LEFT_CLUSTERS;
            long step = last ? free : Math.min(free - LEFT_CLUSTERS, STEP_BYTES / clusterBytes);
            if (!hold(step)) {
                return false;
            }
            if (step > 0) {
                takeAndClear(step * clusterBytes, taken);
            }
            if (last) {
                return true;
            }
        }
    }

    private void takeAndClear(long sizeBytes, List<String> taken) {
        String method = pool.clearing().lvolMethod();
        String uuid = pool.store().create(PrivateName.CLEANING.fresh(), sizeBytes, Provisioning.THICK, method);
        taken.add(uuid);
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
    }

    /** Counts clusters as held before they are taken, unless somebody else needs them. */
    private synchronized boolean hold(long clusters) {
        if (stopped || needing > 0 || merging > 0) {
            return false;
        }
        heldClusters += clusters;
        return true;
    }

    private void giveBack(List<String> taken) {
        for (String uuid : taken) {
            try {
                pool.store().delete(uuid);
            } catch (RuntimeException failed) {
                LOG.log(System.Logger.Level.WARNING, "a private volume stays until the next start", failed);
            }
        }
    }

    private synchronized void end(boolean whole) {
        heldClusters = 0;
        clean = whole && !merged && merging == 0;
        notifyAll();
    }

    /** The cleaning thread waits for a moment, or until it is to end. */
    private synchronized void standBack() {
        long endNanos = System.nanoTime() + RETRY_PAUSE.toNanos();
        long leftMillis = RETRY_PAUSE.toMillis();
        while (!stopped && leftMillis > 0) {
            try {
                wait(leftMillis);
            } catch (InterruptedException early) {
                return;
            }
            leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
        }
    }

    /** Ends the cleaning; what it held is given back when this returns. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
        awaitUninterruptibly(() -> cleaner == null);
    }

    /** The pool is closed in good order; a pool with unclean clusters stays marked. */
    void closing() {
        if (isClean()) {
            // ORDER: the zeroes are on the medium before the mark that asks for them is gone.
            pool.sync();
            pool.store().all().stream()
                    .filter(lvol -> PrivateName.UNCLEAN.matches(lvol.name()))
                    .forEach(lvol -> pool.store().delete(lvol.uuid()));
        }
    }

    private void awaitUninterruptibly(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
