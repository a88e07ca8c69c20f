// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Warns when an OutOfMemoryError would not end this process. A Java program cannot make sure of that by itself: the
 * thread that gets the error ends, or catches it and goes on, and its work stays unfinished while probes are still
 * answered. Stateless.
 */
@Singleton
final class OutOfMemoryEnd {
    private static final Logger LOG = Logger.getLogger(OutOfMemoryEnd.class);

    private static final List<String> OPTIONS = List.of("-XX:+ExitOnOutOfMemoryError", "-XX:+CrashOnOutOfMemoryError");

    /**
     * Checks the JVM's options. The options of a native executable cannot be read; its container image sets the right
     * one.
     */
    void onStart(@Observes StartupEvent start) {
        if (LaunchMode.current() == LaunchMode.NORMAL
                && ImageMode.current() == ImageMode.JVM
                && !isSure(ManagementFactory.getRuntimeMXBean().getInputArguments())) {
            LOG.warn("this agent may hang when its Java heap is full, and then nothing restarts it: start it with"
                    + " java -XX:+ExitOnOutOfMemoryError");
        }
    }

    /** Whether a JVM that was started with these options ends at the first OutOfMemoryError. */
    static boolean isSure(List<String> options) {
        return options.stream().anyMatch(OPTIONS::contains);
    }
}
