// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.manifest.SessionRecord;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

/** A session's record, and who may work on it. */
class SessionTest {
    private static final Instant EXPIRY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Transfer.Owner NOBODY = new Transfer.Owner() {
        @Override
        public SessionRecord checkpoint(SpoolWriter file) {
            throw new AssertionError("nothing is written");
        }

        @Override
        public void left(Transfer transfer) {}

        @Override
        public void received(SessionRecord record) {}
    };

    private static final Duration WAIT = Duration.ofHours(1);

    private final AtomicLong nanos = new AtomicLong();
    private final SessionRecord old = SessionRecord.begun(SessionKit.announced("disk"), OptionalLong.empty(), EXPIRY);
    private final Session session = Session.begun(old, ClientWait.begun(nanos::get, WAIT));

    private static Transfer transfer() {
        return new Transfer(NOBODY, Runnable::run, Optional.empty());
    }

    @Test
    void aTransferThatHasBegunKeepsASessionThatWouldExpire() {
        nanos.addAndGet(WAIT.toNanos());
        assertThat(session.enter(transfer())).isTrue();

        assertThat(session.endIfExpired(EXPIRY.plusSeconds(1))).isFalse();
        assertThat(session.hasEnded()).isFalse();
    }

    @Test
    void noTransferBeginsOnceASessionHasExpired() {
        nanos.addAndGet(WAIT.toNanos());
        assertThat(session.endIfExpired(EXPIRY.plusSeconds(1))).isTrue();

        assertThat(session.enter(transfer())).isFalse();
    }

    @Test
    void aSessionThatCouldNotBeRemovedGoesOn() {
        session.beginEnding();
        assertThat(session.enter(transfer())).isFalse();

        session.goesOn();

        assertThat(session.enter(transfer())).isTrue();
        assertThat(session.isCertain()).isFalse();
    }

    @Test
    void aRecordThatWasReadBeforeAnUpdateDoesNotUndoIt() {
        SessionRecord longer = old.at(old.received(), OptionalLong.of(10), EXPIRY);
        session.doubt();
        session.recorded(longer);

        session.readAgain(old);

        assertThat(session.record()).isEqualTo(longer);
    }

    @Test
    void aRecordThatIsReadAfterAFailedUpdateCounts() {
        SessionRecord longer = old.at(old.received(), OptionalLong.of(10), EXPIRY);
        session.doubt();

        session.readAgain(longer);

        assertThat(session.record()).isEqualTo(longer);
        assertThat(session.isCertain()).isTrue();
    }
}
