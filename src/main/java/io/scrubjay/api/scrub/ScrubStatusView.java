// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.scrub;

import io.scrubjay.image.ScrubLevel;
import io.scrubjay.scrub.FindingKind;
import io.scrubjay.scrub.ScrubConfig;
import io.scrubjay.scrub.ScrubEvent;
import io.scrubjay.scrub.ScrubSchedule;
import io.scrubjay.scrub.ScrubStatus;
import io.scrubjay.scrub.ScrubTotals;
import io.scrubjay.scrub.Scrubber;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The status of the scrubber in the API. {@code rateLimitBytesPerSecond} is 0 for no limit. */
@Schema(name = "ScrubStatus")
record ScrubStatusView(
        String state,
        boolean paused,
        long rateLimitBytesPerSecond,
        SetByRequest setByRequest,
        Schedule schedule,
        Optional<Instant> nextRun,
        Optional<ScrubRunView> current,
        int queued,
        Totals totals,
        Optional<Oldest> oldestUnverifiedImage,
        List<Event> events) {
    private static final int EVENTS_SHOWN_MAX = 20;

    /**
     * When {@code PATCH} set the rate limit and the pause, null for never; {@code kept} says whether that is in force after
     * a restart too, and is false without a usable state directory.
     */
    @Schema(name = "ScrubSetByRequest")
    record SetByRequest(Optional<Instant> rateLimitAt, Optional<Instant> pausedAt, boolean kept) {
        static SetByRequest of(ScrubStatus.SetByRequest set) {
            return new SetByRequest(set.rateLimitAt(), set.pausedAt(), set.kept());
        }
    }

    /** When scrubs start by themselves. */
    @Schema(name = "ScrubSchedule")
    record Schedule(Due deep, Due light, String timeZone, long jitterSeconds, long maxAgeSeconds) {}

    /** One level's times; both null for never. */
    @Schema(name = "ScrubDue")
    record Due(Optional<String> cron, Optional<Instant> next) {
        static Due of(ScrubSchedule schedule, ScrubLevel level) {
            return new Due(schedule.cron(level), schedule.next(level));
        }
    }

    /** Since the agent's start. */
    @Schema(name = "ScrubTotals")
    record Totals(
            long bytesRead,
            long transientMismatches,
            Map<String, Long> findings,
            long runsFinished,
            long runsCancelled,
            long runsFailed) {
        static Totals of(ScrubTotals totals) {
            Map<String, Long> findings = new LinkedHashMap<>();
            for (FindingKind kind : FindingKind.values()) {
                findings.put(kind.wireName(), totals.findings(kind));
            }
            return new Totals(
                    totals.bytesRead(),
                    totals.transients(),
                    findings,
                    totals.finished(),
                    totals.cancelled(),
                    totals.failed());
        }
    }

    /** The image that was verified longest ago. */
    @Schema(name = "OldestProof")
    record Oldest(String name, Instant verifiedAt, long ageSeconds, boolean overdue) {}

    /** Something that happened. */
    @Schema(name = "ScrubEvent")
    record Event(Instant at, String event, Optional<String> image, String message) {
        static Event of(ScrubEvent event) {
            return new Event(event.at(), event.code(), event.image().map(name -> name.value()), event.message());
        }
    }

    static ScrubStatusView of(Scrubber scrubber, ScrubSchedule schedule, ScrubConfig config) {
        ScrubStatus status = scrubber.status();
        Due deep = Due.of(schedule, ScrubLevel.DEEP);
        Due light = Due.of(schedule, ScrubLevel.LIGHT);
        Optional<Instant> next =
                Stream.of(deep.next(), light.next()).flatMap(Optional::stream).min(Instant::compareTo);
        return new ScrubStatusView(
                status.wireName(),
                status.paused(),
                status.bytesPerSecond(),
                SetByRequest.of(status.setByRequest()),
                new Schedule(
                        deep,
                        light,
                        schedule.zone().getId(),
                        config.jitter().toSeconds(),
                        config.maxAge().toSeconds()),
                next,
                status.current().map(ScrubRunView::summary),
                status.queuedCount(),
                Totals.of(scrubber.totals()),
                status.oldest().map(oldest -> oldest(oldest, config)),
                scrubber.events().stream()
                        .limit(EVENTS_SHOWN_MAX)
                        .map(Event::of)
                        .toList());
    }

    private static Oldest oldest(ScrubStatus.Oldest oldest, ScrubConfig config) {
        long ageSeconds = oldest.age().toSeconds();
        return new Oldest(
                oldest.image().value(),
                oldest.verifiedAt(),
                ageSeconds,
                ageSeconds > config.maxAge().toSeconds());
    }
}
