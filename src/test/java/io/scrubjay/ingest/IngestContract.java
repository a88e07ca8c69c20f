// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.StrictEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.SourceForm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What an ingest accepts, refuses, and leaves behind. The test of an engine extends this and says where its pool comes
 * from.
 */
abstract class IngestContract {
    /** How much the pool holds, in mebibytes. */
    static final int CAPACITY_MIB = 32;

    private static final byte[] BYTES = SparseBytes.of(42, (3 << 20) + 777);

    private FlakyEngine flaky;
    private StorageEngine engine;
    private IngestKit kit;

    /** An empty pool of {@link #CAPACITY_MIB} with clusters of 1 MiB at most, for one test; it is closed behind it. */
    abstract StorageEngine newPool();

    @BeforeEach
    final void open() {
        flaky = new FlakyEngine(newPool());
        engine = new StrictEngine(flaky);
        kit = new IngestKit(engine);
    }

    @AfterEach
    final void close() {
        kit.close();
        flaky.heal();
        engine.close();
    }

    @Test
    void aSha512IsCheckedBesideTheSha256() {
        Digest sha512 = digest(DigestAlgorithm.SHA_512);

        Image image = ingest(expecting(List.of(sha512, digest(DigestAlgorithm.SHA_256))));

        ImageState.Ready ready = (ImageState.Ready) image.state();
        assertThat(ready.header().upload().orElseThrow().expectedDigest()).contains(sha512);
        assertThat(ready.header().upload().orElseThrow().sourceDigest()).isEqualTo(digest(DigestAlgorithm.SHA_256));
    }

    @Test
    void aWrongSha256FailsAndLeavesNothing() {
        assertRefused(Refusal.DIGEST_MISMATCH, expecting(List.of(Digest.parse("sha-256:" + "ab".repeat(32)))));
    }

    @Test
    void aWrongSha512FailsAndLeavesNothing() {
        assertRefused(Refusal.DIGEST_MISMATCH, expecting(List.of(Digest.parse("sha-512:" + "ab".repeat(64)))));
    }

    @Test
    void fewerBytesThanAnnouncedFail() {
        assertRefused(Refusal.LENGTH_MISMATCH, sized(OptionalLong.of(BYTES.length + 1L), OptionalLong.empty()));
    }

    @Test
    void moreBytesThanAnnouncedFail() {
        assertRefused(Refusal.LENGTH_MISMATCH, sized(OptionalLong.of(BYTES.length - 1L), OptionalLong.empty()));
    }

    @Test
    void moreBytesThanTheSizeFail() {
        assertRefused(Refusal.LENGTH_MISMATCH, sized(OptionalLong.empty(), OptionalLong.of(BYTES.length - 1L)));
    }

    @Test
    void anEmptyStreamFails() {
        Ingest ingest = kit.ingests.begin(IngestKit.order("image"));
        ingest.complete();

        assertThat(failure(ingest)).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertNothingLeft();
    }

    @Test
    void moreThanTheLargestSizeIsRefusedBeforeAnyByte() {
        RefusedException refused = catchThrowableOfType(
                RefusedException.class,
                () -> kit.ingests.begin(sized(OptionalLong.of((16L << 40) + 1), OptionalLong.empty())));

        assertThat(refused.refusal()).isEqualTo(Refusal.TOO_LARGE);
        assertThat(kit.catalog.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"514649fb00000001, qcow version 1", "425a6839, bzip2", "04224d18, lz4", "4b444d56, VMDK"})
    void aKnownFormIsRefusedUnlessItIsSaidToBeRaw(String magic, String form) {
        byte[] bytes = SparseBytes.full(5000);
        byte[] first = HexFormat.of().parseHex(magic);
        System.arraycopy(first, 0, bytes, 0, first.length);

        RefusedException refused = catchThrowableOfType(
                RefusedException.class, () -> kit.ingest(withForm(SourceForm.AUTO), bytes, new Random(1), 1000));
        assertThat(refused.refusal()).isEqualTo(Refusal.UNSUPPORTED_IMAGE);
        assertThat(refused).hasMessageContaining(form);
        assertNothingLeft();

        Image image = kit.ingest(IngestKit.order("image"), bytes, new Random(1), 1000);
        assertThat(kit.stored(image)).isEqualTo(bytes);
    }

    @Test
    void aFooterOfAFixedVhdIsNotStoredAsPartOfTheDisk() {
        byte[] bytes = SparseBytes.full((1 << 20) + 512);
        byte[] cookie = "conectix".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(cookie, 0, bytes, 1 << 20, cookie.length);

        RefusedException refused = catchThrowableOfType(
                RefusedException.class, () -> kit.ingest(withForm(SourceForm.AUTO), bytes, new Random(1), 1000));

        assertThat(refused.refusal()).isEqualTo(Refusal.UNSUPPORTED_IMAGE);
        assertThat(refused).hasMessageContaining("fixed VHD").hasMessageContaining("qemu-img convert -O raw");
        assertNothingLeft();
    }

    @Test
    void aCutStreamFailsWithWhatTheSenderSaysAndFreesTheName() {
        Ingest ingest = kit.ingests.begin(IngestKit.order("image"));
        IngestKit.send(ingest, BYTES, new Random(1), 1 << 20);
        ingest.cut(new RefusedException(Refusal.UPLOAD_CUT, "the line is dead"));

        assertThat(failure(ingest)).isEqualTo(Refusal.UPLOAD_CUT);
        ImageState.Failed failed =
                (ImageState.Failed) kit.catalog.get(ResourceName.parse("image")).state();
        assertThat(failed.message()).isEqualTo("the line is dead");
        assertNothingLeft();
        assertThat(kit.stored(kit.ingest("image", BYTES))).isEqualTo(BYTES);
    }

    @Test
    void aCancelledIngestIsGoneWhenCancelReturns() {
        Ingest ingest = kit.ingests.begin(IngestKit.order("image"));
        ingest.receive(ByteBuffer.wrap(BYTES, 0, 100_000));

        assertThat(kit.ingests.cancel(ingest.image())).isTrue();

        assertNothingLeft();
        ingest.cut(new RefusedException(Refusal.CANCELLED, "noticed"));
        assertThat(kit.ingests.windowsInUse()).isZero();
    }

    @Test
    void aStoppedIngestIsBusyAndLeavesNothing() {
        Ingest ingest = begin("image");
        ingest.receive(ByteBuffer.wrap(BYTES, 0, 100_000));

        kit.ingests.admission().stop();

        assertThat(failure(ingest)).isEqualTo(Refusal.BUSY);
        assertNothingLeft();
        ingest.cut(new RefusedException(Refusal.CANCELLED, "noticed"));
        assertThat(kit.ingests.windowsInUse()).isZero();
    }

    @Test
    void anIngestThatIsStoppedWhileItIsBeingProvenIsBusyAndLeavesNothing() {
        AtomicReference<IngestKit> stopped = new AtomicReference<>();
        try (IngestKit proving = new IngestKit(
                AtSeal.of(engine, () -> stopped.get().ingests.admission().stop()))) {
            stopped.set(proving);
            Ingest ingest = proving.ingests.begin(IngestKit.order("image"));
            IngestKit.send(ingest, BYTES, new Random(1), 1 << 20);

            ingest.complete();

            assertThat(failure(ingest)).isEqualTo(Refusal.BUSY);
            assertNothingLeft();
        }
    }

    @Test
    void whoRefusesStillLetsWhatRunsFinish() {
        Ingest running = begin("running");
        kit.ingests.admission().refuse();

        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> begin("late"));

        assertThat(refused.refusal()).isEqualTo(Refusal.BUSY);
        IngestKit.send(running, BYTES, new Random(1), 1 << 20);
        CompletableFuture<Void> ended = kit.ingests.admission().ended();
        assertThat(ended).isNotDone();
        running.complete();
        ended.join();
        assertThat(kit.stored(running.image())).isEqualTo(BYTES);
    }

    @Test
    void aSilentSenderFails() {
        try (IngestKit impatient = new IngestKit(engine, Duration.ofMillis(50))) {
            Ingest ingest = impatient.ingests.begin(IngestKit.order("silent"));
            ingest.receive(ByteBuffer.wrap(BYTES, 0, 1000));

            assertThat(failure(ingest)).isEqualTo(Refusal.UPLOAD_IDLE);
            assertNothingLeft();
            ingest.cut(new RefusedException(Refusal.CANCELLED, "noticed"));
        }
    }

    @Test
    void aNameIsTakenOnce() {
        Ingest first = kit.ingests.begin(IngestKit.order("image"));

        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> kit.ingests.begin(IngestKit.order("image")));

        assertThat(refused.refusal()).isEqualTo(Refusal.IMAGE_EXISTS);
        first.cut(new RefusedException(Refusal.UPLOAD_CUT, "enough"));
        failure(first);
    }

    @Test
    void oneIngestMoreThanMayRunIsBusy() {
        List<Ingest> running = List.of(begin("a"), begin("b"), begin("c"), begin("d"));

        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> begin("e"));

        assertThat(refused.refusal()).isEqualTo(Refusal.BUSY);
        running.forEach(ingest -> ingest.cut(new RefusedException(Refusal.UPLOAD_CUT, "enough")));
        running.forEach(IngestContract::failure);
        assertThat(kit.stored(kit.ingest("e", BYTES))).isEqualTo(BYTES);
    }

    @Test
    void aFullPoolFailsAndLeavesRoomForOthers() {
        assertRefused(Refusal.POOL_FULL, IngestKit.order("image"), SparseBytes.full((CAPACITY_MIB + 8) << 20));
        assertThat(kit.stored(kit.ingest("image", BYTES))).isEqualTo(BYTES);
    }

    @Test
    void aPoolWithoutRoomForAnythingRefusesBeforeTheFirstByte() {
        kit.ingest("filler", SparseBytes.full((CAPACITY_MIB - 1) << 20));

        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> begin("image"));

        assertThat(refused.refusal()).isEqualTo(Refusal.POOL_FULL);
        assertThat(kit.catalog.find(ResourceName.parse("image"))).isEmpty();
    }

    @Test
    void aMediumThatGivesBackOtherBytesNeverBecomesReady() {
        Ingest ingest = begin("image");
        flaky.flipBit(PoolName.head(ingest.image().id()), 1 << 20, 3);
        IngestKit.send(ingest, SparseBytes.full(2 << 20), new Random(1), 1 << 20);
        ingest.complete();

        assertThat(failure(ingest)).isEqualTo(Refusal.NOT_PROVEN);
        assertNothingLeft();
    }

    @Test
    void aSnapshotThatReadsDifferentlyThanItsHeadNeverBecomesReady() {
        Ingest ingest = begin("image");
        flaky.flipBit(PoolName.snapshot(ingest.image().id()), 5, 0);
        IngestKit.send(ingest, SparseBytes.full(2 << 20), new Random(1), 1 << 20);
        ingest.complete();

        assertThat(failure(ingest)).isEqualTo(Refusal.NOT_PROVEN);
        assertNothingLeft();
    }

    @Test
    void anUnreadableMediumFailsTheIngest() {
        Ingest ingest = begin("image");
        flaky.failReads(PoolName.head(ingest.image().id()), new ByteRange(0, 4096));
        IngestKit.send(ingest, SparseBytes.full(2 << 20), new Random(1), 1 << 20);
        ingest.complete();

        assertThat(failure(ingest)).isEqualTo(Refusal.DEVICE_FAILED);
        assertNothingLeft();
    }

    @Test
    void anErrorInTheMiddleFailsTheIngestAndGivesItsPlaceBack() {
        try (IngestKit broken = new IngestKit(BrokenWrites.over(engine))) {
            for (int round = 0; round < 10; round++) {
                Ingest ingest = broken.ingests.begin(IngestKit.order("image"));
                IngestKit.send(ingest, BYTES, new Random(1), 1 << 20);
                ingest.complete();

                assertThat(failure(ingest)).isEqualTo(Refusal.DEVICE_FAILED);
                assertNothingLeft();
            }
            assertThat(broken.ingests.windowsInUse()).isZero();
            assertThat(broken.ingests.runningCount()).isZero();
        }
    }

    @Test
    void allWindowsAreGivenBack() {
        for (int round = 0; round < 8; round++) {
            kit.ingest("image-" + round, SparseBytes.of(round, 1 << 20));
            engine.list().forEach(volume -> engine.delete(volume.name()));
        }
        assertThat(kit.ingests.windowsInUse()).isZero();
        assertThat(kit.ingests.runningCount()).isZero();
    }

    private Ingest begin(String name) {
        return kit.ingests.begin(IngestKit.order(name));
    }

    private Image ingest(IngestOrder order) {
        return kit.ingest(order, BYTES, new Random(7), 1 << 18);
    }

    private void assertRefused(Refusal refusal, IngestOrder order) {
        assertRefused(refusal, order, BYTES);
    }

    private void assertRefused(Refusal refusal, IngestOrder order, byte[] bytes) {
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> kit.ingest(order, bytes, new Random(7), 1 << 18));
        assertThat(refused.refusal()).isEqualTo(refusal);
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        assertThat(engine.list()).isEmpty();
        assertThat(engine.usage().usedBytes()).isZero();
    }

    private static Refusal failure(Ingest ingest) {
        return catchThrowableOfType(RefusedException.class, () -> Stages.await(ingest.done()))
                .refusal();
    }

    private static Digest digest(DigestAlgorithm algorithm) {
        return Digest.of(algorithm, algorithm.newHash().digest(BYTES));
    }

    private static IngestOrder expecting(List<Digest> digests) {
        IngestOrder open = IngestKit.order("image");
        return new IngestOrder(
                open.name(), open.form(), open.expectedBytes(), open.virtualSizeBytes(), digests, Optional.empty());
    }

    private static IngestOrder sized(OptionalLong expectedBytes, OptionalLong virtualSizeBytes) {
        IngestOrder open = IngestKit.order("image");
        return new IngestOrder(open.name(), open.form(), expectedBytes, virtualSizeBytes, List.of(), Optional.empty());
    }

    private static IngestOrder withForm(SourceForm form) {
        IngestOrder open = IngestKit.order("image");
        return new IngestOrder(
                open.name(),
                form,
                open.expectedBytes(),
                open.virtualSizeBytes(),
                open.expectedDigests(),
                open.expectedContentDigest());
    }
}
