// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.time.Duration;

/** Deadlines of a test's own. */
record TestDeadlines(Duration ioDeadline, Duration controlDeadline) implements DeviceConfig {
    static TestDeadlines of(Duration deadline) {
        return new TestDeadlines(deadline, deadline);
    }
}
