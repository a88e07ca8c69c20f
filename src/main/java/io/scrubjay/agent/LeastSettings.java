// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import org.eclipse.microprofile.config.Config;

import java.time.Duration;
import java.util.Set;

/**
 * Refuses numbers and durations that nothing can work with, before anything begins: an agent that may have no request
 * under way answers none. Stateless.
 */
@Singleton
final class LeastSettings {
    /** What there must be one of. */
    static final Set<String> AT_LEAST_ONE = Set.of(
            "scrubjay.download.concurrency-max",
            "scrubjay.download.windows-per-download",
            "scrubjay.file.io-threads",
            "scrubjay.http.connections-max",
            "scrubjay.http.connections-per-peer-max",
            "scrubjay.http.management-connections-max",
            "scrubjay.http.requests-max",
            "scrubjay.ingest.concurrency-max",
            "scrubjay.ingest.windows-per-ingest-max",
            "scrubjay.scrub.read-depth",
            "scrubjay.scrub.workers",
            "scrubjay.spdk.export.port",
            "scrubjay.volume.windows-per-write",
            "scrubjay.volume.writes-max");

    /** What nobody can wait for when it is no time at all. */
    static final Set<String> SOME_TIME = Set.of(
            "scrubjay.device.control-deadline",
            "scrubjay.device.io-deadline",
            "scrubjay.download.stall-timeout",
            "scrubjay.http.first-head-timeout",
            "scrubjay.http.head-timeout",
            "scrubjay.http.json-timeout",
            "scrubjay.ingest.idle-timeout",
            "scrubjay.scrub.max-age",
            "scrubjay.security.reload-period",
            "scrubjay.security.upload-url-lifetime-max",
            "scrubjay.volume.idle-timeout");

    /** Timers count in milliseconds. */
    private static final Duration LEAST_TIME = Duration.ofMillis(1);

    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start, Config config) {
        require(config);
    }

    /** @throws ConfigurationException when one of them is less; the message names it */
    static void require(Config config) {
        for (String key : AT_LEAST_ONE) {
            config.getOptionalValue(key, Integer.class)
                    .filter(number -> number < 1)
                    .ifPresent(number -> refuse(key, number.toString(), "1"));
        }
        for (String key : SOME_TIME) {
            config.getOptionalValue(key, Duration.class)
                    .filter(time -> time.compareTo(LEAST_TIME) < 0)
                    .ifPresent(time -> refuse(key, config.getConfigValue(key).getValue(), "1ms"));
        }
    }

    private static void refuse(String key, String value, String least) {
        throw new ConfigurationException(key + "=" + value + " is wrong: it must be at least " + least);
    }
}
