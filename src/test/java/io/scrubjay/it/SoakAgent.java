// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

/** The agent that is soaked, one process after the other on the same pool. Confined to one thread. */
final class SoakAgent {
    private final AgentSetup setup;
    private AgentProcess process;

    SoakAgent(AgentSetup setup) {
        this.setup = setup;
        this.process = setup.start();
    }

    AgentSetup setup() {
        return setup;
    }

    AgentProcess process() {
        return process;
    }

    ImageClient images() {
        return process.images();
    }

    /** The one before has ended. */
    void startAgain() {
        process = setup.start();
    }
}
