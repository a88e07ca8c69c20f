// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.util.Arrays;
import java.util.logging.Handler;
import java.util.logging.Logger;

/** Lets what was logged be written before the process ends at once. Stateless. */
final class LastLines {
    private LastLines() {}

    /** Waits as long as the log's handlers think right: a handler may write in a thread of its own. */
    static void write() {
        Arrays.stream(Logger.getLogger("").getHandlers()).forEach(Handler::flush);
    }
}
