// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.Stages;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.NameTakenException;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Two senders of one name, one after the other, where the first may be gone. */
@Timeout(120)
class NameHoldsTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final ResourceName NAME = ResourceName.parse("debian");

    private final ImageCatalog catalog = new ImageCatalog();
    private final Image first = image();
    private final Image second = image();

    private static Image image() {
        return Image.pending(NAME, Instant.EPOCH, OptionalLong.empty(), Optional.empty());
    }

    private NameHolds holds(Duration notice, Duration cleanUp) {
        return new NameHolds(catalog, new NameHold.Patience(notice, cleanUp));
    }

    private NameTakenException refused(NameHolds holds) {
        return catchThrowableOfType(NameTakenException.class, () -> holds.claim(second));
    }

    private void fail(Image image) {
        image.move(
                ImageState.Unfinished.class,
                unfinished -> unfinished.failed(Refusal.UPLOAD_CUT, "the connection ended", Instant.EPOCH));
    }

    private static RefusedException failureOf(CompletableFuture<Void> stage) {
        return (RefusedException)
                stage.handle((done, failure) -> Stages.causeOf(failure)).join();
    }

    @Test
    void theNextSenderIsToTryAgainOnceAnUploadThatWasCutIsRemoved() {
        // Given
        NameHolds holds = holds(LONG, LONG);
        NameHold hold = holds.claim(first);
        CompletableFuture<Void> released = holds.released(refused(holds)).toCompletableFuture();
        hold.lost();
        assertThat(released).isNotDone();

        // When
        fail(first);
        holds.release(first);

        // Then
        released.join();
        holds.claim(second);
        assertThat(catalog.find(NAME)).hasValue(second);
    }

    @Test
    void theNextSenderIsToTryAgainAfterAnUploadThatIsOverMeanwhile() {
        // Given
        NameHolds holds = holds(LONG, LONG);
        holds.claim(first);
        NameTakenException taken = refused(holds);

        // When
        fail(first);
        holds.release(first);

        // Then
        assertThat(holds.released(taken).toCompletableFuture()).isCompleted();
    }

    @Test
    void theNextSenderIsToldAtOnceOfASenderThatHasSentEverything() {
        // Given
        NameHolds holds = holds(LONG, LONG);
        NameHold hold = holds.claim(first);
        NameTakenException taken = refused(holds);

        // When
        hold.sentAll();

        // Then
        RefusedException failure = failureOf(holds.released(taken).toCompletableFuture());
        assertThat(failure).isSameAs(taken);
        assertThat(failure.refusal()).isEqualTo(Refusal.IMAGE_EXISTS);
        assertThat(taken.holder()).isSameAs(first);
    }

    @Test
    void theNextSenderWaitsForASenderThatStaysNoLongerThanItTakesToNoticeAnEnd() {
        // Given
        NameHolds holds = holds(Duration.ZERO, LONG);
        holds.claim(first);
        NameTakenException taken = refused(holds);

        // When
        CompletableFuture<Void> released = holds.released(taken).toCompletableFuture();

        // Then
        assertThat(failureOf(released).refusal()).isEqualTo(Refusal.IMAGE_EXISTS);
        assertThat(catalog.find(NAME)).hasValue(first);
    }

    @Test
    void allWhoWaitAreToldOfOneEnd() {
        // Given
        NameHolds holds = holds(LONG, LONG);
        NameHold hold = holds.claim(first);
        NameTakenException taken = refused(holds);
        CompletableFuture<Void> second = holds.released(taken).toCompletableFuture();
        CompletableFuture<Void> third = holds.released(taken).toCompletableFuture();

        // When
        hold.lost();
        holds.release(first);

        // Then
        second.join();
        third.join();
    }

    @Test
    void theNextSenderIsBusyWhenTheRemovalTakesTooLong() {
        // Given
        NameHolds holds = holds(LONG, Duration.ZERO);
        NameHold hold = holds.claim(first);
        NameTakenException taken = refused(holds);

        // When
        hold.lost();

        // Then
        assertThat(failureOf(holds.released(taken).toCompletableFuture()).refusal())
                .isEqualTo(Refusal.BUSY);
    }

    @Test
    void imageThatIsThereForGoodKeepsItsName() {
        // Given
        NameHolds holds = holds(LONG, LONG);
        catalog.claim(first);

        // When
        NameTakenException taken = refused(holds);

        // Then
        assertThatThrownBy(() -> holds.released(taken).toCompletableFuture().join())
                .hasCause(taken);
    }
}
