// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.bootstrap.logging.QuarkusDelayedHandler;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import org.eclipse.microprofile.config.Config;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.jboss.logmanager.handlers.FileHandler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;

/**
 * Makes sure that a target of the log can neither fail nor delay a request: puts a {@link LogSink} before each target,
 * as soon as the framework has set them up. In tests inside the process of the build, the log belongs to the build.
 *
 * <p>Confined to the thread that starts the agent, except for {@link #lost}.
 */
@Singleton
final class LogSinks {
    private static final String STANDARD_ERROR_KEY = "quarkus.log.console.stderr";
    private static final String ROOT = "";

    private final LostLines lost = new LostLines();
    /** By target: several categories may use the same one. */
    private final IdentityHashMap<Handler, LogSink> sinks = new IdentityHashMap<>();

    /** ORDER: before any other code of the agent logs. */
    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start, Config config) {
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            return;
        }
        // Whoever ends the process flushes these two, and would wait for a writer that is stuck in the old ones.
        System.setOut(ConsoleStream.standardOutput().printing());
        System.setErr(ConsoleStream.standardError().printing());
        boolean toStandardError =
                config.getOptionalValue(STANDARD_ERROR_KEY, Boolean.class).orElse(false);
        LogContext context = LogContext.getLogContext();
        List<String> categories = new ArrayList<>(Collections.list(context.getLoggerNames()));
        categories.add(ROOT);
        for (String category : categories) {
            Logger logger = context.getLoggerIfExists(category);
            if (logger != null && logger.getHandlers().length > 0) {
                logger.setHandlers(before(logger.getHandlers(), toStandardError));
            }
        }
        List<LogSink> all = List.copyOf(sinks.values());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> all.forEach(LogSink::end), "scrubjay-log-end"));
    }

    private Handler[] before(Handler[] places, boolean toStandardError) {
        return Arrays.stream(places)
                .map(place -> before(place, toStandardError))
                .toArray(Handler[]::new);
    }

    private Handler before(Handler place, boolean toStandardError) {
        if (place instanceof QuarkusDelayedHandler all) {
            // It hands on to the others, and others look for it.
            all.setHandlers(before(all.getHandlers(), toStandardError));
            return all;
        }
        return sinks.computeIfAbsent(place, one -> sink(one, toStandardError));
    }

    private LogSink sink(Handler place, boolean toStandardError) {
        Runnable first = place instanceof ConsoleHandler console
                // ORDER: not by this thread: what the handler still has for its old stream is written to that.
                ? () -> console.setOutputStream(
                        toStandardError ? ConsoleStream.standardError() : ConsoleStream.standardOutput())
                : () -> {};
        return new LogSink(nameOf(place), place, lost, first);
    }

    private static String nameOf(Handler place) {
        return place instanceof FileHandler file && file.getFile() != null
                ? "file " + file.getFile()
                : place.getClass().getSimpleName().replace("Handler", "").toLowerCase(Locale.ROOT);
    }

    /** The counts of lost lines. */
    LostLines lost() {
        return lost;
    }
}
