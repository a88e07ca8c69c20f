// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ResourceName;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes a history that is to be checked in: one of everything that is ever remembered. Who adds something that is
 * remembered adds it here, and has a new history stored beside the old ones.
 */
final class HistoryToStore {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00.125Z");
    private static final ResourceName DISK = ResourceName.parse("disk");
    private static final String CRC = "crc32c:0000000a";

    private HistoryToStore() {}

    /** What every version of the schema has had room for. */
    static void fill(ScrubHistory history) {
        Instant started = NOON.plusSeconds(1);
        Instant ended = NOON.plusSeconds(2);
        history.save(run("*", ScrubLevel.DEEP, new ScrubRunState.Finished(NOON, started, ended), findings()));
        history.save(run(
                "image/disk", ScrubLevel.LIGHT, new ScrubRunState.Cancelled(NOON, Optional.empty(), ended), List.of()));
        history.save(run(
                "snapshot/monday",
                ScrubLevel.DEEP,
                new ScrubRunState.Failed(NOON, Optional.of(started), ended, "the agent was \u00fcberrascht"),
                List.of()));
        history.save(run("*", ScrubLevel.LIGHT, new ScrubRunState.Paused(NOON, started), List.of()));
        history.scrubbed(ImageId.random(), new LastScrub(ScrubLevel.DEEP, ended, true));
        history.scrubbed(ImageId.random(), new LastScrub(ScrubLevel.LIGHT, ended, false));
        history.note(new ScrubEvent(ended, "quarantined", Optional.of(DISK), "image disk is quarantined"));
        history.note(new ScrubEvent(NOON, "history-lost", Optional.empty(), "lost: 3"));
    }

    /** What administrators have set, for which there is room since version 2. */
    static void set(ScrubHistory history) {
        history.keep(new ScrubSetting(ScrubSetting.Name.PAUSED, 1, NOON));
        history.keep(new ScrubSetting(ScrubSetting.Name.RATE_LIMIT, 123_456_789, NOON.plusSeconds(3)));
    }

    static RunReport run(String target, ScrubLevel level, ScrubRunState state, List<Finding> findings) {
        return new RunReport(
                RunId.random(),
                ScrubKit.order(target, level),
                state,
                new RunProgress(3, 2, 1, 5 << 20, 4 << 20, 7, Duration.ofMillis(1234)),
                Optional.of(new RunReport.Position(DISK, 17)),
                findings.size(),
                findings);
    }

    private static List<Finding> findings() {
        ImageKey image = ImageKey.ofImage(DISK);
        ImageKey snapshot = ImageKey.ofSnapshot(ResourceName.parse("monday"));
        return List.of(
                ofChunk(image, FindingKind.MISMATCH, 1, Optional.of(CRC), Optional.of("crc32c:0000000b")),
                ofChunk(image, FindingKind.UNREADABLE, 2, Optional.of(CRC), Optional.empty()),
                ofChunk(image, FindingKind.LOST, 3, Optional.of(CRC), Optional.empty()),
                ofChunk(snapshot, FindingKind.STRAY, 4, Optional.empty(), Optional.of(CRC)),
                Finding.ofPadding(image, new ByteRange(5 << 20, 17)),
                Finding.ofDamagedManifest(snapshot, 8),
                Finding.ofMissingManifest(snapshot),
                Finding.ofUnreadableManifest(image));
    }

    private static Finding ofChunk(
            ImageKey image, FindingKind kind, long chunk, Optional<String> expected, Optional<String> actual) {
        return new Finding(image, kind, OptionalLong.of(chunk), new ByteRange(chunk << 20, 1 << 20), expected, actual);
    }
}
