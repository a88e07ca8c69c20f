// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletionStage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What clients of resumable uploads can rely on; every pool is looked through after a loss of power. */
class SessionsTest {
    private static final int LENGTH = (3 << 20) + 12_345;
    private static final byte[] FILE = SessionKit.bytes(7, LENGTH);

    private final StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64L << 20);
    private SessionKit kit = new SessionKit(engine);

    @AfterEach
    void close() {
        kit.close();
        engine.close();
    }

    private void restart() {
        kit.close();
        kit = new SessionKit(engine);
    }

    private static void assertRefused(Refusal refusal, ThrowableAssert.ThrowingCallable call) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.refusal()).as(refused.getMessage()).isEqualTo(refusal);
    }

    private static PieceChecksum checksum(byte[] bytes) throws NoSuchAlgorithmException {
        return new PieceChecksum(
                PieceChecksum.Algorithm.SHA1, MessageDigest.getInstance("SHA-1").digest(bytes));
    }

    private static TransferOrder checked(long offset, PieceChecksum checksum) {
        return new TransferOrder(offset, OptionalLong.empty(), OptionalLong.empty(), Optional.of(checksum));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aFileInPiecesOverRestartsBecomesTheImageOfThatFile(long seed) {
        Random random = new Random(seed);
        SessionId id = kit.create("disk", LENGTH);

        long offset = 0;
        while (offset < LENGTH) {
            long end = Math.min(LENGTH, offset + 1 + random.nextInt(seed == 1 ? 100_000 : 1_500_000));
            assertThat(kit.send(id, offset, SessionKit.part(FILE, offset, end)).offsetBytes())
                    .isEqualTo(end);
            offset = end;
            if (offset < LENGTH && random.nextInt(4) == 0) {
                restart();
                assertThat(kit.offset(id)).isEqualTo(offset);
            }
        }
        kit.awaitImages();

        assertThat(kit.stored(kit.image("disk").orElseThrow())).isEqualTo(FILE);
        assertThat(kit.sessions.count()).isZero();
        assertThat(engine.list()).as("the image and its manifest").hasSize(2);
    }

    @Test
    void theSourceDigestIsTheFiles() {
        SessionId id = kit.create("disk", LENGTH);

        kit.send(id, 0, FILE);
        kit.awaitImages();

        assertThat(kit.image("disk").orElseThrow().upload().orElseThrow().sourceDigest())
                .isEqualTo(Digest.of(
                        DigestAlgorithm.SHA_256,
                        DigestAlgorithm.SHA_256.newHash().digest(FILE)));
    }

    @Test
    void zeroesTakeNoSpace() {
        SessionId id = kit.create("disk", 32 << 20);
        long before = engine.usage().freeClusters();

        kit.send(id, 0, new byte[16 << 20]);

        assertThat(before - engine.usage().freeClusters()).isZero();
    }

    @Test
    void whatACutTransferReceivedIsKept() {
        SessionId id = kit.create("disk", LENGTH);
        Transfer transfer = SessionKit.await(kit.sessions.begin(id, SessionKit.at(0)));
        SessionKit.pass(transfer, SessionKit.part(FILE, 0, 1_234_567));

        transfer.cut(new RefusedException(Refusal.UPLOAD_CUT, "cut"));

        assertRefused(Refusal.UPLOAD_CUT, () -> SessionKit.await(transfer.done()));
        assertThat(kit.offset(id)).isEqualTo(1_234_567);
    }

    /** Case 34. */
    @Test
    void aStaleOffsetIsRefusedWithTheRightOne() {
        SessionId id = kit.create("disk", LENGTH);
        kit.send(id, 0, SessionKit.part(FILE, 0, 1000));

        OffsetMismatchException refused = catchThrowableOfType(
                OffsetMismatchException.class, () -> SessionKit.await(kit.sessions.begin(id, SessionKit.at(0))));

        assertThat(refused.offsetBytes()).isEqualTo(1000);
    }

    /** Case 35. */
    @Test
    void aSecondRequestEndsTheFirstAndKeepsItsBytes() {
        SessionId id = kit.create("disk", LENGTH);
        Transfer first = SessionKit.await(kit.sessions.begin(id, SessionKit.at(0)));
        SessionKit.pass(first, SessionKit.part(FILE, 0, 300_000));
        first.broken().thenRun(() -> first.cut(new RefusedException(Refusal.UPLOAD_CUT, "cut")));

        long offset = kit.offset(id);
        kit.send(id, offset, SessionKit.part(FILE, offset, LENGTH));

        assertThat(offset).isEqualTo(300_000);
        assertRefused(Refusal.CANCELLED, () -> SessionKit.await(first.done()));
        kit.awaitImages();
        assertThat(kit.stored(kit.image("disk").orElseThrow())).isEqualTo(FILE);
    }

    @Test
    void aTransferWaitsUntilTheOneBeforeHasEnded() {
        SessionId id = kit.create("disk", LENGTH);
        Transfer first = SessionKit.await(kit.sessions.begin(id, SessionKit.at(0)));
        first.broken().thenRun(() -> first.cut(new RefusedException(Refusal.UPLOAD_CUT, "cut")));

        Transfer second = SessionKit.await(kit.sessions.begin(id, SessionKit.at(0)));
        SessionKit.pass(second, FILE);
        second.complete();

        assertThat(SessionKit.await(second.done()).offsetBytes()).isEqualTo(LENGTH);
        kit.awaitImages();
    }

    /** Case 36. */
    @Test
    void aWrongChecksumKeepsNothingAndTheRightOneEverything() throws NoSuchAlgorithmException {
        SessionId id = kit.create("disk", LENGTH);
        byte[] piece = SessionKit.part(FILE, 0, 2_000_000);
        byte[] garbled = piece.clone();
        new Random(1).nextBytes(garbled);
        PieceChecksum sum = checksum(piece);

        assertRefused(Refusal.CHECKSUM_MISMATCH, () -> kit.send(id, checked(0, sum), garbled));
        assertThat(kit.offset(id)).isZero();
        kit.send(id, checked(0, checksum(piece)), piece);
        kit.send(id, piece.length, SessionKit.part(FILE, piece.length, LENGTH));
        kit.awaitImages();

        assertThat(kit.stored(kit.image("disk").orElseThrow()))
                .as("no byte of the garbled piece, not even where the file has zeroes")
                .isEqualTo(FILE);
    }

    @Test
    void aCutTransferWithAChecksumKeepsNothing() throws NoSuchAlgorithmException {
        SessionId id = kit.create("disk", LENGTH);
        Transfer transfer = SessionKit.await(kit.sessions.begin(id, checked(0, checksum(FILE))));
        SessionKit.pass(transfer, SessionKit.part(FILE, 0, 2_000_000));

        transfer.cut(new RefusedException(Refusal.UPLOAD_CUT, "cut"));

        assertRefused(Refusal.UPLOAD_CUT, () -> SessionKit.await(transfer.done()));
        assertThat(kit.offset(id)).isZero();
    }

    /** Case 37. */
    @Test
    void aDeferredLengthIsSaidOnceAndMayBeRepeated() {
        SessionId id = kit.create(SessionKit.announced("disk"), OptionalLong.empty());
        assertThat(kit.send(id, 0, SessionKit.part(FILE, 0, 1_000_000)).lengthBytes())
                .isEmpty();
        TransferOrder second =
                new TransferOrder(1_000_000, OptionalLong.of(LENGTH), OptionalLong.empty(), Optional.empty());
        kit.send(id, second, SessionKit.part(FILE, 1_000_000, 2_000_000));
        TransferOrder other =
                new TransferOrder(2_000_000, OptionalLong.of(LENGTH + 1), OptionalLong.empty(), Optional.empty());
        TransferOrder same =
                new TransferOrder(2_000_000, OptionalLong.of(LENGTH), OptionalLong.empty(), Optional.empty());

        assertRefused(Refusal.INVALID_REQUEST, () -> SessionKit.await(kit.sessions.begin(id, other)));
        kit.send(id, same, SessionKit.part(FILE, 2_000_000, LENGTH));
        kit.awaitImages();

        assertThat(kit.stored(kit.image("disk").orElseThrow())).isEqualTo(FILE);
    }

    /** Case 38. */
    @Test
    void anEmptyFileIsMalformed() {
        assertRefused(Refusal.MALFORMED_IMAGE, () -> kit.create("disk", 0));

        assertThat(engine.list()).isEmpty();
    }

    @Test
    void aFileThatIsTooLargeIsRefused() {
        assertRefused(Refusal.TOO_LARGE, () -> kit.create("disk", SessionKit.FILE_MAX.bytes() + 1));

        assertThat(engine.list()).isEmpty();
    }

    @Test
    void moreBytesThanTheFileHasAreRefused() {
        SessionId id = kit.create("disk", 1000);

        assertRefused(Refusal.LENGTH_MISMATCH, () -> kit.send(id, 0, SessionKit.part(FILE, 0, 1001)));

        assertThat(kit.offset(id)).isZero();
    }

    /** Case 41. */
    @Test
    void aPausedSessionStaysUntilItExpires() {
        SessionId id = kit.create("disk", LENGTH);
        kit.send(id, 0, SessionKit.part(FILE, 0, 1_000_000));
        restart();
        kit.pass(SessionKit.EXPIRY.minusSeconds(1));
        kit.sessions.sweep();
        assertThat(kit.offset(id)).isEqualTo(1_000_000);
        assertThat(kit.sessions.parkedCount()).isEqualTo(1);

        kit.pass(Duration.ofSeconds(2));
        kit.sessions.sweep();

        assertRefused(Refusal.UPLOAD_NOT_FOUND, () -> kit.offset(id));
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void aTransferPutsTheExpiryOff() {
        SessionId id = kit.create("disk", LENGTH);
        kit.pass(SessionKit.EXPIRY.minusSeconds(1));

        kit.send(id, 0, SessionKit.part(FILE, 0, 10));
        kit.pass(Duration.ofSeconds(10));
        kit.sessions.sweep();

        assertThat(kit.offset(id)).isEqualTo(10);
    }

    @Test
    void aSessionThatIsEndedLeavesNothing() {
        SessionId id = kit.create("disk", LENGTH);
        kit.send(id, 0, SessionKit.part(FILE, 0, 1_000_000));

        SessionKit.await(kit.sessions.terminate(id));

        assertRefused(Refusal.UPLOAD_NOT_FOUND, () -> kit.offset(id));
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void noTransferBeginsWhileASessionIsBeingEnded() {
        // Given a session whose end waits for the transfer in progress
        SessionId id = kit.create("disk", LENGTH);
        Transfer first = SessionKit.await(kit.sessions.begin(id, SessionKit.at(0)));
        SessionKit.pass(first, SessionKit.part(FILE, 0, 300_000));
        CompletionStage<Void> ended = kit.sessions.terminate(id);

        // When
        CompletionStage<Transfer> second = kit.sessions.begin(id, SessionKit.at(300_000));
        first.cut(new RefusedException(Refusal.UPLOAD_CUT, "cut"));

        // Then
        assertRefused(Refusal.UPLOAD_NOT_FOUND, () -> SessionKit.await(second));
        SessionKit.await(ended);
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void theLastByteDuringTheEndOfASessionMakesNoImage() {
        // Given
        SessionId id = kit.create("disk", LENGTH);
        Transfer last = SessionKit.await(kit.sessions.begin(id, SessionKit.at(0)));
        SessionKit.pass(last, FILE);
        CompletionStage<Void> ended = kit.sessions.terminate(id);

        // When
        last.complete();
        SessionKit.await(ended);

        // Then
        assertThat(kit.catalog.find(ResourceName.parse("disk"))).isEmpty();
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void aFileWithAnotherDigestBecomesNoImageAndItsSessionEnds() {
        SessionRecord.Announced announced = new SessionRecord.Announced(
                ResourceName.parse("disk"),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of(Digest.of(DigestAlgorithm.SHA_512, new byte[64])),
                Optional.empty(),
                "");
        SessionId id = kit.create(announced, OptionalLong.of(LENGTH));

        kit.send(id, 0, FILE);
        kit.awaitImages();

        assertThat(kit.catalog.get(ResourceName.parse("disk")).state())
                .isInstanceOfSatisfying(
                        ImageState.Failed.class,
                        failed -> assertThat(failed.refusal()).isEqualTo(Refusal.DIGEST_MISMATCH));
        assertThat(kit.sessions.count()).isZero();
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void aNameThatIsTakenMeanwhileIsWaitedFor() {
        SessionId one = kit.create("disk", LENGTH);
        SessionId two = kit.create("disk", LENGTH);
        kit.send(one, 0, FILE);
        kit.awaitImages();

        assertRefused(Refusal.IMAGE_EXISTS, () -> kit.send(two, 0, FILE));
        assertThat(kit.offset(two)).isEqualTo(LENGTH);
        assertRefused(Refusal.IMAGE_EXISTS, () -> kit.create("disk", LENGTH));
        SessionKit.await(kit.sessions.terminate(two));
    }

    @Test
    void anImageIsTriedAgainAlthoughTheClockIsSetBack() {
        // Given
        SessionId id = kit.create("disk", LENGTH);
        Image other = Image.pending(
                ResourceName.parse("disk"),
                Instant.parse("2026-01-01T00:00:00Z"),
                OptionalLong.empty(),
                Optional.empty());
        kit.catalog.claim(other);
        assertRefused(Refusal.IMAGE_EXISTS, () -> kit.send(id, 0, FILE));
        kit.catalog.remove(other);
        kit.sessions.sweep();
        assertThat(kit.image("disk")).isEmpty();

        // When
        kit.setClock(Duration.ofDays(-1));
        kit.sessions.sweep();
        kit.awaitImages();

        // Then
        assertThat(kit.stored(kit.image("disk").orElseThrow())).isEqualTo(FILE);
    }

    @Test
    void aClockThatIsSetBackEndsNoSession() {
        SessionId id = kit.create("disk", LENGTH);
        kit.setClock(SessionKit.EXPIRY.multipliedBy(-2));

        kit.sessions.sweep();

        assertThat(kit.offset(id)).isZero();
    }

    @Test
    void aClockThatIsSetForwardEndsNoSession() {
        // Given
        SessionId id = kit.create("disk", LENGTH);
        kit.send(id, 0, SessionKit.part(FILE, 0, 10));
        kit.pass(SessionKit.EXPIRY.minusSeconds(1));
        // When
        kit.setClock(Duration.ofDays(365));
        kit.sessions.sweep();
        // Then
        assertThat(kit.offset(id)).isEqualTo(10);
        // And once it has really waited for so long
        kit.pass(Duration.ofSeconds(1));
        kit.sessions.sweep();
        assertRefused(Refusal.UPLOAD_NOT_FOUND, () -> kit.offset(id));
    }

    @Test
    void aSessionOfAnEarlierRunIsNotEndedBeforeTheClockCanBeCorrected() {
        // Given
        SessionId id = kit.create("disk", LENGTH);
        restart();
        // When
        kit.setClock(Duration.ofDays(365));
        kit.sessions.sweep();
        // Then
        assertThat(kit.offset(id)).isZero();
        // And once the agent has run for a while
        kit.pass(ClientWait.AFTER_START);
        kit.sessions.sweep();
        assertRefused(Refusal.UPLOAD_NOT_FOUND, () -> kit.offset(id));
    }

    @Test
    void aFinishedSessionStillAnswers() {
        SessionId id = kit.create("disk", LENGTH);
        kit.send(id, 0, FILE);
        kit.awaitImages();

        assertThat(kit.offset(id)).isEqualTo(LENGTH);
    }

    @Test
    void aCompleteSessionBecomesAnImageAtTheNextStart() {
        // Given an agent that admits no ingest any more when the last byte comes
        SessionId id = kit.create("disk", LENGTH);
        kit.ingests.admission().refuse();
        kit.send(id, 0, FILE);
        assertThat(kit.image("disk")).isEmpty();

        // When
        restart();
        kit.sessions.sweep();
        kit.awaitImages();

        // Then
        assertThat(kit.stored(kit.image("disk").orElseThrow())).isEqualTo(FILE);
        assertThat(kit.sessions.count()).isZero();
    }

    @Test
    void thereAreOnlySoManySessions() {
        for (int session = 0; session < SessionKit.SESSIONS_MAX; session++) {
            kit.create("disk", LENGTH);
        }

        assertRefused(Refusal.BUSY, () -> kit.create("disk", LENGTH));
    }
}
