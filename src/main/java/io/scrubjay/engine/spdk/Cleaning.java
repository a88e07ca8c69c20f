// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.time.Duration;

/**
 * Clears the free clusters of a pool in rounds, until {@link FreeSpace} says that they are clear, and retries deletions
 * that have failed. Runs on one thread.
 */
final class Cleaning implements Runnable {
    private static final System.Logger LOG = System.getLogger(Cleaning.class.getName());
    /** The pause after a round that failed. */
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    /** The pause after deletions that failed again. */
    private static final Duration DELETION_PAUSE = Duration.ofSeconds(10);

    private final OpenPool pool;
    private final FreeSpace space;

    Cleaning(OpenPool pool, FreeSpace space) {
        this.pool = pool;
        this.space = space;
    }

    @Override
    public void run() {
        try {
            while (space.beginRound()) {
                if (!space.isClean()) {
                    round();
                }
                if (!pool.disposal().tryAgain()) {
                    space.standBack(DELETION_PAUSE);
                }
            }
        } finally {
            space.cleaningEnded();
        }
    }

    private void round() {
        CleaningRound round = new CleaningRound(pool, space::hold);
        boolean whole = false;
        boolean failed = false;
        try {
            whole = round.takeAndClear();
        } catch (RuntimeException broken) {
            failed = !isOvertaken(broken);
            if (failed) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "clearing free clusters failed; the agent tries again. If this repeats, check the device in"
                                + " the kernel log",
                        broken);
            }
        }
        round.giveBack();
        if (whole) {
            space.endWholeRound();
        } else {
            space.endCutRound();
        }
        if (failed) {
            space.standBack(RETRY_PAUSE);
        }
    }

    /** Whether somebody else took the free clusters before this round could, which is no failure. */
    private static boolean isOvertaken(RuntimeException failed) {
        return failed instanceof RpcFailed refused && refused.errno() == Errno.ENOSPC;
    }
}
