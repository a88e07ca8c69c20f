// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import org.jboss.logging.Logger;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.logging.SimpleFormatter;

/**
 * Ends the process. A start that was refused is told in one line: {@code the agent does not start: …}. The stack trace
 * follows where somebody asked for it, or debug messages are logged. Stateless but for that wish.
 */
final class LastWord implements BiConsumer<Integer, Throwable> {
    private static final String PREFIX = "the agent does not start: ";

    private final boolean traced;

    /** How much a failed start says. */
    enum Detail {
        LINE,
        STACK_TRACE
    }

    LastWord(Detail detail) {
        this.traced = detail == Detail.STACK_TRACE;
    }

    /** @param failure what ended the start; {@code null} when the agent ends in good order, with this status */
    @Override
    public void accept(Integer status, Throwable failure) {
        if (failure == null) {
            System.exit(status);
            return;
        }
        StartRefusal refusal = StartRefusal.of(failure);
        if (isLogConfigured()) {
            log(refusal, failure);
        } else {
            print(refusal, failure);
        }
        System.exit(refusal.status());
    }

    /** When the configuration cannot be read, the framework lets the log begin without one. */
    private static boolean isLogConfigured() {
        return InitialConfigurator.DELAYED_HANDLER.isActivated()
                && Arrays.stream(InitialConfigurator.DELAYED_HANDLER.getHandlers())
                        .anyMatch(handler -> !(handler.getFormatter() instanceof SimpleFormatter));
    }

    private void log(StartRefusal refusal, Throwable failure) {
        Logger log = Logger.getLogger(Main.class);
        if (traced || log.isDebugEnabled()) {
            log.error(PREFIX + refusal.message(), failure);
        } else {
            log.error(PREFIX + refusal.message());
        }
    }

    /** Before anything could be configured, the log among it. */
    private void print(StartRefusal refusal, Throwable failure) {
        System.err.println(BareLog.line(PREFIX + refusal.message()));
        if (traced) {
            failure.printStackTrace();
        }
    }
}
