// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Knows whether the free clusters of a pool hold only zeroes, and makes sure that they do (I-6).
 *
 * <p>They do when the pool is created, and every volume that is deleted is cleared. Two events leave clusters behind
 * that could not be cleared: a crash, and the merge of a snapshot into its child. So a pool that is closed with only
 * zeroes in its free clusters is marked by a volume without clusters, and the mark is removed when the pool is opened:
 * a pool without the mark counts as not clean ({@link CleanMark}). All free clusters are then taken by private volumes,
 * cleared, and given back, in the background ({@link Cleaning}); until that is done, a write to a part of a new cluster
 * always writes the whole cluster.
 *
 * <p>Thread-safe: guarded by its monitor; a separate thread does the cleaning.
 */
final class FreeSpace {
    /** How long others wait for the cleaning. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OpenPool pool;
    private final CleanMark mark;
    private boolean clean;
    private boolean stopped;
    /** Changes under way that began while all free clusters were zeroes, and rely on it until they end. */
    private int trusting;
    /** Merges under way: the clusters that they free cannot be told from clear ones. */
    private int merging;
    /** Whether a merge has ended since the round began. */
    private boolean merged;
    /** How many callers need all free clusters. The cleaning takes none as long as there are any. */
    private int needing;

    /** Whether the cleaning, or a merge beside exports, holds free clusters, or is about to. */
    private boolean holding;

    private Thread cleaner;

    FreeSpace(OpenPool pool) {
        this.pool = pool;
        this.mark = new CleanMark(pool, pool.disposal());
    }

    /**
     * Continues where the last run of this pool ended.
     *
     * @param found all volumes of the pool
     */
    void opened(List<Lvol> found) {
        if (mark.take(found)) {
            setClean();
        } else {
            startCleaning();
        }
    }

    /**
     * The same for a pool that was not closed. No mark in it counts: it may have been left shortly before the crash,
     * and clusters have become free since.
     */
    void openedAfterCrash(List<Lvol> found) {
        mark.takeAfterCrash(found);
        startCleaning();
    }

    /**
     * The same for a pool of which something cannot be read. No mark counts, and none is made, until everything can be
     * read again.
     *
     * @param found all volumes that can be read
     */
    void openedInPart(List<Lvol> found) {
        mark.takeInPart(found);
        startCleaning();
    }

    private synchronized void setClean() {
        clean = true;
    }

    /** Whether every free cluster is known to hold zeroes. */
    synchronized boolean isClean() {
        return clean;
    }

    /**
     * Begins a change that is correct only while all free clusters are zeroes.
     *
     * @return whether they are; if so, the caller has to call {@link #trusted} when the change has ended
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

    /** Waits until every free cluster holds zeroes. Returns whether that is so now. */
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

    /** How many of the free clusters still have to be cleared; 0 only when the cleaning is finished. */
    synchronized long uncleared(HeldClusters.Fill fill) {
        return clean ? 0 : Math.max(Math.min(fill.freeClusters(), 1), fill.freeClusters() - fill.heldClusters());
    }

    /** Makes a call that frees clusters of a snapshot. They are not cleared, since nobody can write to a snapshot. */
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
     * Makes a merge while clients write. All free clusters stay zeroes, because the clusters that the merge frees are
     * taken before anybody else gets them. Until it ends, {@link #claim} waits and {@link #trust} returns {@code
     * false}.
     */
    void merging(CapturingMerge merge, Consumer<CapturingMerge> work) {
        boolean wasClean = beforeCapture();
        try {
            work.accept(merge);
        } finally {
            afterCapture(wasClean && merge.isCaptured());
        }
    }

    private synchronized boolean beforeCapture() {
        merging++;
        boolean wasClean = clean;
        clean = false;
        // ORDER: first wait for the callers that need or trust free clusters: later they would wait for the clusters
        // held here.
        awaitUninterruptibly(() -> needing == 0 && trusting == 0);
        holding = true;
        return wasClean;
    }

    private synchronized void afterCapture(boolean allClean) {
        merging--;
        holding = false;
        clean = allClean;
        notifyAll();
        if (!allClean) {
            merged = true;
            startCleaning();
        }
    }

    /**
     * Does something that is correct only while all free clusters are zeroes, as soon as they are.
     *
     * @throws EngineException.DeviceStalled when they are not within {@link #PATIENCE}
     */
    <T> T whileClean(Supplier<T> work) {
        if (!trust() && !(awaitClean(PATIENCE) && trust())) {
            throw new EngineException.DeviceStalled("clearing the free clusters", PATIENCE);
        }
        try {
            return work.get();
        } finally {
            trusted();
        }
    }

    /**
     * Makes a call that takes many free clusters at once.
     *
     * @throws EngineException.NoSpace when fewer clusters are free
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

    /** Waits until the cleaning holds no clusters; it takes none until {@link #unclaim}. */
    synchronized void claim() {
        needing++;
        notifyAll();
        awaitUninterruptibly(() -> !holding);
    }

    synchronized void unclaim() {
        needing--;
        notifyAll();
    }

    /** Has the cleaning thread retry the deletions that failed. */
    void tryAgain() {
        startCleaning();
    }

    private synchronized void startCleaning() {
        if (cleaner == null && !stopped) {
            cleaner = new Thread(new Cleaning(pool, this), "scrubjay-spdk-clean");
            cleaner.setDaemon(true);
            cleaner.start();
        }
    }

    /**
     * Begins a round as soon as nobody is in the way. Returns {@code false} when the thread has to end: nothing is left
     * to do, {@link #stop} was called, or a cluster has two owners.
     */
    synchronized boolean beginRound() {
        awaitUninterruptibly(() -> stopped || clean || (needing == 0 && merging == 0));
        if (stopped
                || (clean && !pool.disposal().hasFailed())
                || !pool.accounts().isBalanced()) {
            // ORDER: while the lock is still held, so that the next merge starts a new thread.
            cleaningEnded();
            return false;
        }
        merged = false;
        return true;
    }

    /** Called when the cleaning thread is about to end. */
    synchronized void cleaningEnded() {
        if (cleaner == Thread.currentThread()) {
            cleaner = null;
            notifyAll();
        }
    }

    /** Called before the cleaning takes clusters. Returns whether it may: not while somebody else needs them. */
    synchronized boolean hold() {
        if (stopped || needing > 0 || merging > 0) {
            return false;
        }
        holding = true;
        return true;
    }

    /** Called when a round has cleared all free clusters and given them back. */
    synchronized void endWholeRound() {
        holding = false;
        clean = !merged && merging == 0;
        notifyAll();
    }

    /** Called when a round that was not completed has given back the clusters that it held. */
    synchronized void endCutRound() {
        holding = false;
        clean = false;
        notifyAll();
    }

    /** Lets the cleaning thread wait for a while, or until it has to end. */
    synchronized void standBack(Duration pause) {
        long endNanos = System.nanoTime() + pause.toNanos();
        long leftMillis = pause.toMillis();
        while (!stopped && leftMillis > 0) {
            try {
                wait(leftMillis);
            } catch (InterruptedException early) {
                return;
            }
            leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
        }
    }

    /** Ends the cleaning. When this returns, the cleaning has given back its clusters. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
        awaitUninterruptibly(() -> cleaner == null);
    }

    /** Called when the pool is closed cleanly. Leaves no mark if a free cluster is not clear, or may not be. */
    void closing() {
        if (isClean()) {
            mark.leave();
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
