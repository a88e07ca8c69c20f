// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.time.Duration;
import java.util.Optional;

/**
 * What a soak is asked to do. Immutable.
 *
 * @param length for how long it goes on; everything is done once, however long that takes
 * @param seed decides on contents and order; what a kill hits also depends on the machine
 * @param device of an SPDK pool, as {@code scrubjay.spdk.device} has it; without one, the pool is of files
 */
record SoakPlan(Duration length, long seed, Optional<String> device) {
    private static final int SECONDS = 20;

    /** What {@code ./dev soak} was given; a short one in the ordinary build. */
    static SoakPlan chosen() {
        return new SoakPlan(
                Duration.ofSeconds(Integer.getInteger("scrubjay.soak.seconds", SECONDS)),
                TestChoice.seed(SoakIT.class),
                Optional.ofNullable(System.getProperty("scrubjay.soak.device")).filter(text -> !text.isBlank()));
    }

    /** An agent to soak. */
    AgentSetup setup(Workspace workspace) {
        AgentSetup files = workspace.agent("soak").with("scrubjay.shutdown.grace", "20s");
        return device.map(given -> files.with("scrubjay.engine", "spdk")
                        .with("scrubjay.spdk.device", given)
                        .with("scrubjay.pool.format", "if-blank"))
                .orElse(files);
    }
}
