// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Everything there is in a history, a line for each thing. The words are this class's own: a build that calls something by
 * another name still writes the same lines of the same history.
 */
final class HistoryFacts {
    private final List<String> lines = new ArrayList<>();

    private HistoryFacts() {}

    static List<String> of(ScrubHistory history) {
        HistoryFacts facts = new HistoryFacts();
        // Their order is a fact, too.
        facts.add("runs", history.runs().stream().map(RunReport::id).toList());
        history.runs().forEach(run -> facts.run(history.find(run.id()).orElseThrow()));
        history.lastScrubs()
                .forEach((image, last) -> facts.add(
                        "image",
                        image,
                        last.level().wireName(),
                        last.finishedAt(),
                        last.intact() ? "intact" : "damaged"));
        for (ScrubSetting setting : history.settings()) {
            facts.add(
                    "setting",
                    switch (setting.name()) {
                        case RATE_LIMIT -> "rate-limit";
                        case PAUSED -> "paused";
                    },
                    setting.value(),
                    setting.setAt());
        }
        List<ScrubEvent> events = history.events();
        for (int i = 0; i < events.size(); i++) {
            ScrubEvent event = events.get(i);
            facts.add(
                    "event",
                    i,
                    event.code(),
                    event.at(),
                    event.image().map(Object::toString).orElse("-"),
                    event.message());
        }
        return facts.lines.stream().sorted().toList();
    }

    private void add(Object... words) {
        lines.add(List.of(words).stream().map(Object::toString).collect(Collectors.joining(" ")));
    }

    private void run(RunReport run) {
        String key = "run " + run.id();
        add(
                key,
                run.order().target(),
                run.order().level().wireName(),
                run.order().origin().wireName());
        ScrubRunState state = run.state();
        add(
                key,
                state.wireName(),
                state.queuedAt(),
                state.started().map(Object::toString).orElse("-"),
                state.ended().map(Object::toString).orElse("-"));
        if (state instanceof ScrubRunState.Failed failed) {
            add(key, "because", failed.message());
        }
        RunProgress progress = run.progress();
        add(
                key,
                "images",
                progress.imagesTotal(),
                progress.imagesDone(),
                progress.imagesSkipped(),
                "bytes",
                progress.bytesTotal(),
                progress.bytesRead(),
                "transients",
                progress.transients(),
                "active",
                progress.active());
        run.position().ifPresent(position -> add(key, "at", position.image(), position.chunk()));
        add(key, "findings", run.findingsTotal());
        for (int i = 0; i < run.findings().size(); i++) {
            finding(key + " finding " + i, run.findings().get(i));
        }
    }

    private void finding(String key, Finding finding) {
        add(
                key,
                finding.kind().wireName(),
                finding.image(),
                finding.chunk().isPresent() ? finding.chunk().getAsLong() : "manifest",
                finding.range().offset(),
                finding.range().length(),
                finding.expected().orElse("-"),
                finding.actual().orElse("-"));
    }
}
