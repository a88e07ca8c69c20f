// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import org.jboss.logging.Logger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings that administrators changed while an agent was running; they are kept in the history.
 *
 * <p>Thread-safe: guarded by its own monitor. Calls may block for the history's disk.
 */
final class ScrubSettings {
    private static final Logger LOG = Logger.getLogger(ScrubSettings.class);

    private final ScrubHistory history;
    private final InstantSource clock;
    private final Map<ScrubSetting.Name, ScrubSetting> settings = new EnumMap<>(ScrubSetting.Name.class);

    ScrubSettings(ScrubHistory history, InstantSource clock) {
        this.history = history;
        this.clock = clock;
    }

    /** Applies the settings that were changed before this start. */
    synchronized void restore(Pace pace) {
        history.settings().forEach(setting -> settings.put(setting.name(), setting));
        find(ScrubSetting.Name.RATE_LIMIT).ifPresent(limit -> {
            if (limit.value() != pace.rate()) {
                LOG.infof(
                        "the rate limit of scrubs is %d bytes a second, as PATCH /v1/scrub set it at %s; the"
                                + " configuration says %d",
                        limit.value(), limit.setAt(), pace.rate());
            }
            pace.rate(limit.value());
        });
        find(ScrubSetting.Name.PAUSED).filter(paused -> paused.value() == 1).ifPresent(paused -> {
            LOG.warnf(
                    "scrubs are paused, as PATCH /v1/scrub set it at %s; PATCH {\"paused\": false} resumes them",
                    paused.setAt());
            pace.pause();
        });
    }

    /** Records a setting that was just changed. */
    synchronized void set(ScrubSetting.Name name, long value) {
        ScrubSetting setting = new ScrubSetting(name, value, clock.instant());
        settings.put(name, setting);
        if (!history.keep(setting)) {
            LOG.warnf(
                    "the %s that PATCH /v1/scrub set is lost when the agent stops, because the state directory"
                            + " cannot be written: make it writable, and set it again",
                    name.stored());
        }
    }

    /** The setting of this name; empty when it is as configured. */
    synchronized Optional<ScrubSetting> find(ScrubSetting.Name name) {
        return Optional.ofNullable(settings.get(name));
    }

    /** When it was set; empty when it is as configured. */
    Optional<Instant> setAt(ScrubSetting.Name name) {
        return find(name).map(ScrubSetting::setAt);
    }

    /**
     * Whether all changed settings would survive a restart, as far as is known now; if there are none, whether new ones
     * would.
     */
    boolean areKept() {
        return history.keeps(copy());
    }

    private synchronized List<ScrubSetting> copy() {
        return List.copyOf(settings.values());
    }
}
