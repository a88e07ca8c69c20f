// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

/** Ends the process, as a kill would, where only SPDK's next look at the medium sets something right. */
public final class Restart {
    private static final System.Logger LOG = System.getLogger(Restart.class.getName());
    /** The exit status that asks for another start. */
    private static final int TRY_AGAIN = 75;

    private Restart() {}

    /**
     * Does so at once. What was told to be durable is there after the next start.
     *
     * @param reason the beginning of a sentence that goes into the log
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
