// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.LastScrub;
import io.scrubjay.manifest.ImageId;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A history that lasts as long as the agent runs: for tests, and for a state directory that cannot be used. It keeps
 * the findings of the latest runs only.
 *
 * <p>Thread-safe: guarded by its own monitor.
 */
public final class MemoryHistory implements ScrubHistory {
    private static final int RUNS_WITH_FINDINGS_MAX = 20;

    private final Map<RunId, RunReport> runs = new LinkedHashMap<>();
    private final Map<ImageId, LastScrub> lastScrubs = new HashMap<>();
    private final Map<ScrubSetting.Name, ScrubSetting> settings = new EnumMap<>(ScrubSetting.Name.class);
    private final Deque<ScrubEvent> events = new ArrayDeque<>();

    /** A history that starts with a copy of another. */
    static MemoryHistory of(ScrubHistory other) {
        MemoryHistory history = new MemoryHistory();
        List<RunReport> latestFirst = other.runs();
        for (int index = latestFirst.size() - 1; index >= 0; index--) {
            RunReport run = latestFirst.get(index);
            history.save(index < RUNS_WITH_FINDINGS_MAX ? other.find(run.id()).orElse(run) : run);
        }
        other.lastScrubs().forEach(history::scrubbed);
        other.settings().forEach(history::keep);
        List<ScrubEvent> events = new ArrayList<>(other.events());
        Collections.reverse(events);
        events.forEach(history::note);
        return history;
    }

    @Override
    public synchronized void save(RunReport run) {
        runs.put(run.id(), run);
        List<RunId> ids = List.copyOf(runs.keySet());
        for (RunId old : ids.subList(0, Math.max(0, ids.size() - RUNS_WITH_FINDINGS_MAX))) {
            runs.computeIfPresent(old, (id, report) -> report.withoutFindings());
        }
        for (RunId old : ids.subList(0, Math.max(0, ids.size() - RUNS_MAX))) {
            runs.remove(old);
        }
    }

    @Override
    public synchronized List<RunReport> runs() {
        List<RunReport> latestFirst = new ArrayList<>();
        runs.values().forEach(run -> latestFirst.add(run.withoutFindings()));
        Collections.reverse(latestFirst);
        return List.copyOf(latestFirst);
    }

    @Override
    public synchronized Optional<RunReport> find(RunId id) {
        return Optional.ofNullable(runs.get(id));
    }

    @Override
    public synchronized void failUnfinished(Instant at, String message) {
        runs.replaceAll((id, run) -> run.state() instanceof ScrubRunState.Unfinished unfinished
                ? run.in(unfinished.failed(at, message))
                : run);
    }

    @Override
    public synchronized void scrubbed(ImageId image, LastScrub verdict) {
        lastScrubs.put(image, verdict);
    }

    @Override
    public synchronized Map<ImageId, LastScrub> lastScrubs() {
        return Map.copyOf(lastScrubs);
    }

    @Override
    public synchronized void forget(ImageId image) {
        lastScrubs.remove(image);
    }

    /** Keeps a setting, but not over a restart. */
    @Override
    public synchronized boolean keep(ScrubSetting setting) {
        settings.put(setting.name(), setting);
        return false;
    }

    @Override
    public synchronized List<ScrubSetting> settings() {
        return List.copyOf(settings.values());
    }

    @Override
    public boolean keeps(List<ScrubSetting> given) {
        return false;
    }

    @Override
    public synchronized void note(ScrubEvent event) {
        events.addFirst(event);
        while (events.size() > EVENTS_MAX) {
            events.removeLast();
        }
    }

    @Override
    public synchronized List<ScrubEvent> events() {
        return List.copyOf(events);
    }
}
