// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.SessionRecord;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

/** How long a session waits while the clock says that its time is over. */
class ClientWaitTest {
    private static final Duration MAX = Duration.ofHours(24);
    private static final Instant EXPIRES = Instant.parse("2026-01-02T00:00:00Z");
    private static final Instant LATER = Instant.parse("2027-01-01T00:00:00Z");
    private static final SessionRecord RECORD =
            SessionRecord.begun(SessionKit.announced("disk"), OptionalLong.of(1), EXPIRES);

    /** Any number: the counter of a JVM may be negative. */
    private long nanos = -Duration.ofHours(3).toNanos();

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void newSessionWaitsForTheWholeTime() {
        Session session = Session.begun(RECORD, ClientWait.begun(() -> nanos, MAX));

        pass(MAX.minusNanos(1));
        assertThat(session.isExpired(LATER)).isFalse();

        pass(Duration.ofNanos(1));
        assertThat(session.isExpired(LATER)).isTrue();
        assertThat(session.isExpired(EXPIRES))
                .as("before the time that its client was told")
                .isFalse();
    }

    @Test
    void sessionOfAnEarlierRunWaitsForAWhile() {
        Session session = Session.found(RECORD, ClientWait.found(() -> nanos, MAX));

        pass(ClientWait.AFTER_START.minusNanos(1));
        assertThat(session.isExpired(LATER)).isFalse();

        pass(Duration.ofNanos(1));
        assertThat(session.isExpired(LATER)).isTrue();
    }

    @Test
    void sessionOfAnEarlierRunWaitsNoLongerThanANewOne() {
        Duration shorter = Duration.ofMinutes(5);
        Session session = Session.found(RECORD, ClientWait.found(() -> nanos, shorter));

        pass(shorter);

        assertThat(session.isExpired(LATER)).isTrue();
    }

    @Test
    void sessionWaitsAgainAfterItsClientHasSentSomething() {
        Session session = Session.found(RECORD, ClientWait.found(() -> nanos, MAX));
        pass(ClientWait.AFTER_START);
        session.recorded(RECORD.at(RECORD.received(), RECORD.lengthBytes(), EXPIRES.plusSeconds(1)));

        pass(MAX.minusNanos(1));
        assertThat(session.isExpired(LATER)).isFalse();

        pass(Duration.ofNanos(1));
        assertThat(session.isExpired(LATER)).isTrue();
    }

    @Test
    void triesToMakeTheImageDoNotPutTheExpiryOff() {
        Session session = Session.begun(RECORD, ClientWait.begun(() -> nanos, MAX));
        pass(MAX.minusSeconds(30));
        session.recorded(RECORD.making(ImageId.random()));

        pass(Duration.ofSeconds(30));

        assertThat(session.isExpired(LATER)).isTrue();
    }
}
