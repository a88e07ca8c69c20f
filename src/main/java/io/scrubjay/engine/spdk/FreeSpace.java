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
    /** Changes under way that began when all free clusters were zeroes, and count on it until they end. */
    private int trusting;
    /** Merges under way: what they free cannot be told from what is clear. */
    private int merging;
    /** Whether a merge has ended since the round began. */
    private boolean merged;
    /** Those who need whatever is free. The cleaning stands back for as long as there are any. */
    private int needing;

    /** Whether the cleaning, or a merge beside exports, holds free clusters, or is about to. */
    private boolean holding;

    private Thread cleaner;

    FreeSpace(OpenPool pool) {
        this.pool = pool;
        this.mark = new CleanMark(pool, pool.disposal());
    }

    /**
     * Goes on where the last run of this pool ended.
     *
     * @param found all volumes there are
     */
    void opened(List<Lvol> found) {
        if (mark.take(found)) {
            setClean();
        } else {
            startCleaning();
        }
    }

    /**
     * The same for a pool that nobody has closed. No mark in it is believed: it may have been left shortly before the end,
     * and clusters have become free since.
     */
    void openedAfterCrash(List<Lvol> found) {
        mark.takeAfterCrash(found);
        startCleaning();
    }

    /**
     * The same for a pool of which something cannot be read. No mark is believed, and none is made, until everything can be
     * read again.
     *
     * @param found all volumes there are beside
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
    synchronized long uncleared(HeldClusters.Fill fill) {
        return clean ? 0 : Math.max(Math.min(fill.freeClusters(), 1), fill.freeClusters() - fill.heldClusters());
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
     * Makes a merge while clients write. Free clusters stay known to be zeroes, for what it frees is taken before anybody
     * gets it; meanwhile nobody who asks here gets any.
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
        // ORDER: those who need what is free, or rely on it, first: they would wait for what is about to be held.
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
     * Does something that is right only while all free clusters are zeroes, as soon as they are.
     *
     * @throws EngineException.DeviceStalled when they are not within some seconds
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
        awaitUninterruptibly(() -> !holding);
    }

    synchronized void unclaim() {
        needing--;
        notifyAll();
    }

    /** Has the cleaning thread try again what could not be deleted. */
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

    /** Begins a round as soon as nobody is in the way; false when there is nothing left to do. */
    synchronized boolean beginRound() {
        awaitUninterruptibly(() -> stopped || clean || (needing == 0 && merging == 0));
        if (stopped
                || (clean && !pool.disposal().hasFailed())
                || !pool.accounts().isBalanced()) {
            // ORDER: in the same breath, so that the next merge starts another one.
            cleaningEnded();
            return false;
        }
        merged = false;
        return true;
    }

    /** The cleaning thread is about to end. */
    synchronized void cleaningEnded() {
        if (cleaner == Thread.currentThread()) {
            cleaner = null;
            notifyAll();
        }
    }

    /** The cleaning asks before it takes clusters: not while somebody else needs them. */
    synchronized boolean hold() {
        if (stopped || needing > 0 || merging > 0) {
            return false;
        }
        holding = true;
        return true;
    }

    /** A round has cleared all that was free, and has given it back. */
    synchronized void endWholeRound() {
        holding = false;
        clean = !merged && merging == 0;
        notifyAll();
    }

    /** A round has given back what it held, and did not come to the end. */
    synchronized void endCutRound() {
        holding = false;
        clean = false;
        notifyAll();
    }

    /** The cleaning thread waits for a moment, or until it is to end. */
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

    /** Ends the cleaning; what it held is given back when this returns. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
        awaitUninterruptibly(() -> cleaner == null);
    }

    /** The pool is closed in good order; one that has unclean clusters, or may have, gets no mark. */
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
