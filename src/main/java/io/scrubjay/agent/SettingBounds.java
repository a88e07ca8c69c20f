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
import java.util.Map;
import java.util.Set;

/**
 * Refuses numbers and durations that cannot work, before anything begins: an agent with a limit of 0 requests would
 * answer none, and one with a timeout that is too long to be counted would fail at its first upload. Stateless.
 */
@Singleton
final class SettingBounds {
    /** Small enough that the product of two of them does not overflow. */
    private static final int FEW = 32_767;

    private static final int MANY = 1_000_000;

    /** Numbers that must be at least one, each with its maximum. */
    static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("scrubjay.download.concurrency-max", FEW),
            Map.entry("scrubjay.download.windows-per-download", FEW),
            Map.entry("scrubjay.file.io-threads", FEW),
            Map.entry("scrubjay.http.connections-max", MANY),
            Map.entry("scrubjay.http.connections-per-peer-max", MANY),
            Map.entry("scrubjay.http.management-connections-max", MANY),
            Map.entry("scrubjay.http.requests-max", MANY),
            Map.entry("scrubjay.ingest.concurrency-max", FEW),
            Map.entry("scrubjay.ingest.windows-per-ingest-max", FEW),
            Map.entry("scrubjay.scrub.read-depth", FEW),
            Map.entry("scrubjay.scrub.workers", FEW),
            Map.entry("scrubjay.spdk.export.port", 65_535),
            Map.entry("scrubjay.upload.sessions-max", FEW),
            Map.entry("scrubjay.upload.transfers-max", FEW),
            Map.entry("scrubjay.upload.windows-per-transfer", FEW),
            Map.entry("scrubjay.volume.windows-per-write", FEW),
            Map.entry("scrubjay.volume.writes-max", FEW));

    /** Durations that must not be zero. */
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
            "scrubjay.upload.expire-after",
            "scrubjay.upload.idle-timeout",
            "scrubjay.url.idle-timeout",
            "scrubjay.volume.idle-timeout");

    /** Durations that may be zero. */
    static final Set<String> ANY_TIME =
            Set.of("scrubjay.scrub.jitter", "scrubjay.shutdown.grace", "scrubjay.url.retry-for");

    /** Timers count in milliseconds. */
    private static final Duration LEAST_TIME = Duration.ofMillis(1);
    /** Far below the longest time that can be counted in nanoseconds. */
    private static final Duration MOST_TIME = Duration.ofDays(3650);

    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start, Config config) {
        require(config);
    }

    /**
     * @throws ConfigurationException when one of them is out of its bounds; the message names the setting and the
     *     bounds
     */
    static void require(Config config) {
        NUMBERS.forEach((key, most) -> config.getOptionalValue(key, Integer.class)
                .filter(number -> number < 1 || number > most)
                .ifPresent(number -> refuse(config, key, "1", most.toString())));
        SOME_TIME.forEach(key -> requireTime(config, key, LEAST_TIME, "1ms"));
        ANY_TIME.forEach(key -> requireTime(config, key, Duration.ZERO, "0s"));
    }

    private static void requireTime(Config config, String key, Duration least, String leastForPeople) {
        config.getOptionalValue(key, Duration.class)
                .filter(time -> time.compareTo(least) < 0 || time.compareTo(MOST_TIME) > 0)
                .ifPresent(time -> refuse(config, key, leastForPeople, MOST_TIME.toDays() + "d"));
    }

    private static void refuse(Config config, String key, String least, String most) {
        throw new ConfigurationException(key + "=" + config.getConfigValue(key).getValue()
                + " is wrong: it must be at least " + least + ", and " + most + " at most");
    }
}
