// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import org.jboss.logging.Logger;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.logging.SimpleFormatter;

/**
 * Ends the process. A refused start is reported in one line: {@code the agent does not start: …}. The stack trace
 * follows if it was requested, or if debug messages are logged. Stateless, except for that request.
 */
final class LastWord implements BiConsumer<Integer, Throwable> {
    private static final String PREFIX = "the agent does not start: ";

    private final boolean traced;

    /** How much is printed about a failed start. */
    enum Detail {
        LINE,
        STACK_TRACE
    }

    LastWord(Detail detail) {
        this.traced = detail == Detail.STACK_TRACE;
    }

    /**
     * @param failure what ended the start; {@code null} when the agent ends normally, with this status
     */
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

    /**
     * Whether the log is configured: when the configuration cannot be read, the framework starts the log without one.
     */
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

    /** Prints a refusal that happened before the log could be configured. */
    private void print(StartRefusal refusal, Throwable failure) {
        System.err.println(BareLog.line(PREFIX + refusal.message()));
        if (traced) {
            failure.printStackTrace();
        }
    }
}
