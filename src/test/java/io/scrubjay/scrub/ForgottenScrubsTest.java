// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.image.Image;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ImageId;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static io.scrubjay.scrub.ScrubKit.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ForgottenScrubsTest {
    private final ScrubHistory history = new MemoryHistory();
    private final ScrubLimits limits = new ScrubLimits(0, 4, 2);

    @Test
    void aDeletedImageIsForgottenWithTheNextRun() {
        try (ScrubKit kit = new ScrubKit("64K", limits, history)) {
            // Given
            kit.scrubber.start();
            Image deleted = kit.add(new ImageForge("deleted", 2 * MIB).intact(0));
            Image kept = kit.add(new ImageForge("kept", 2 * MIB).intact(0));
            kit.scrub(ScrubLevel.DEEP);
            assertThat(history.lastScrubs()).containsOnlyKeys(deleted.id(), kept.id());

            // When
            kit.catalog.remove(deleted);
            kit.scrub(ScrubLevel.DEEP);

            // Then
            await().atMost(PATIENCE).until(() -> history.lastScrubs().keySet().equals(Set.of(kept.id())));
        }
    }

    /** What cannot be read need not have kept its name: an image that is not there may be it. */
    @Test
    void nobodyIsForgottenWhileSomethingCannotBeRead() {
        ImageId unread = ImageId.random();
        history.scrubbed(unread, new LastScrub(ScrubLevel.DEEP, Instant.EPOCH, true));
        try (ScrubKit kit = new ScrubKit("64K", limits, history)) {
            kit.flaky.holdsUnreadable(new Unreadable(Optional.empty(), "page 7", FlakyEngine.EIO, "cannot be read"));
            // Given
            Image kept = kit.add(new ImageForge("kept", 2 * MIB).intact(0));
            Image deleted = kit.add(new ImageForge("deleted", 2 * MIB).intact(0));
            kit.scrubber.start();
            kit.scrub(ScrubLevel.DEEP);
            kit.catalog.remove(deleted);

            // When: what the second run forgets it has forgotten when the third begins
            kit.scrub(ScrubLevel.DEEP);
            kit.scrub(ScrubLevel.DEEP);

            // Then
            assertThat(history.lastScrubs()).containsOnlyKeys(unread, kept.id(), deleted.id());
        }
    }

    /** As after a start on an empty directory, because the pool's disk was not mounted. */
    @Test
    void whatWasAbsentAtTheStartIsRemembered() {
        ImageId absent = ImageId.random();
        history.scrubbed(absent, new LastScrub(ScrubLevel.DEEP, Instant.EPOCH, true));
        try (ScrubKit kit = new ScrubKit("64K", limits, history)) {
            // Given
            kit.scrubber.start();
            Image deleted = kit.add(new ImageForge("deleted", 2 * MIB).intact(0));
            kit.scrub(ScrubLevel.DEEP);

            // When
            kit.catalog.remove(deleted);
            kit.scrub(ScrubLevel.DEEP);

            // Then
            await().atMost(PATIENCE).until(() -> !history.lastScrubs().containsKey(deleted.id()));
            assertThat(history.lastScrubs()).containsOnlyKeys(absent);
        }
    }
}
