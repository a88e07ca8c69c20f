// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.stream.Stream;

/** Lets what was logged be written before the process ends at once. Stateless. */
final class LastLines {
    private LastLines() {}

    /**
     * Waits as long as the handlers of the log require, since a handler may write on its own thread. This includes
     * handlers of single categories, such as that of the audit log.
     */
    static void write() {
        LogManager all = LogManager.getLogManager();
        Stream.concat(Stream.of(""), Collections.list(all.getLoggerNames()).stream())
                .map(all::getLogger)
                .filter(Objects::nonNull)
                .flatMap(logger -> Arrays.stream(logger.getHandlers()))
                .distinct()
                .forEach(Handler::flush);
    }
}
