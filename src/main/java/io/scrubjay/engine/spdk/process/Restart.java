// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

/** Ends the process, as a kill would, where only the next start of SPDK can repair the pool. */
public final class Restart {
    private static final System.Logger LOG = System.getLogger(Restart.class.getName());
    /** The exit status that means: start the agent again. */
    private static final int TRY_AGAIN = 75;

    private Restart() {}

    /**
     * Ends the process at once. Everything that was reported as durable is there after the next start.
     *
     * @param reason the beginning of a sentence for the log
     */
    public static void now(String reason) {
        LOG.log(
                System.Logger.Level.ERROR,
                "{0}: the agent''s process ends so that a restart can recover; start it again if nothing does so by"
                        + " itself",
                reason);
        LastLines.write();
        Runtime.getRuntime().halt(TRY_AGAIN);
    }
}
