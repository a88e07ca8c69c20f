// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.MemoryPool;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.engine.memory.MemoryMedium;
import io.scrubjay.flow.Piece;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolInventory;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** The power goes at the n-th change a deletion makes, for every n: an image is whole or gone, and what was answered holds. */
class DeleteCrashSweepTest {
    private static final byte[] KEPT = {9, 8, 7};
    private static final byte[] DELETED = {1, 2, 3};
    private static final int CHANGES_MAX = 50;

    @ParameterizedTest
    @EnumSource(FlakyEngine.Moment.class)
    void anImageIsWholeOrGone(FlakyEngine.Moment moment) throws InterruptedException {
        sweep(moment, false);
    }

    @ParameterizedTest
    @EnumSource(FlakyEngine.Moment.class)
    void aQuarantinedImageIsWholeAndQuarantinedOrGone(FlakyEngine.Moment moment) throws InterruptedException {
        sweep(moment, true);
    }

    private static void sweep(FlakyEngine.Moment moment, boolean quarantined) throws InterruptedException {
        for (int n = 1; n <= CHANGES_MAX; n++) {
            if (!crashAt(n, moment, quarantined)) {
                assertThat(n).as("changes that a deletion makes").isGreaterThan(2);
                return;
            }
        }
        throw new AssertionError("a deletion makes more than " + CHANGES_MAX + " changes");
    }

    /** Whether the deletion got as far as its n-th change. */
    private static boolean crashAt(int n, FlakyEngine.Moment moment, boolean quarantined) throws InterruptedException {
        // Given
        MemoryMedium medium = MemoryPool.medium(1000);
        FlakyEngine flaky = new FlakyEngine(MemoryEngine.open(medium));
        ImageCatalog catalog = new ImageCatalog();
        ManifestStore manifests = new ManifestStore(flaky);
        Image kept = StoredImages.commit(flaky, "kept", KEPT);
        Image image = StoredImages.commit(flaky, "deleted", DELETED);
        catalog.claim(kept);
        catalog.claim(image);
        if (quarantined) {
            quarantine(manifests, image);
        }
        // When
        flaky.powerOff(n, moment);
        boolean answered;
        try (ImageDeletion deletion =
                new ImageDeletion(flaky, manifests, catalog, StoredImages.children(flaky), Duration.ofSeconds(1))) {
            answered = delete(deletion, image);
        }
        boolean fired = flaky.fired();
        flaky.close();
        // Then
        try (StorageEngine engine = MemoryEngine.open(medium)) {
            String where = "n = " + n + ", " + moment;
            ManifestStore reopened = new ManifestStore(engine);
            reopened.removeLeftovers();
            PoolInventory scan = reopened.scan();
            assertThat(scan.damaged()).as(where).isEmpty();
            assertThat(scan.withoutSnapshot()).as(where).isEmpty();
            assertThat(scan.leftovers()).as(where).isEmpty();
            boolean isThere =
                    scan.images().stream().anyMatch(header -> header.id().equals(image.id()));
            if (answered) {
                assertThat(isThere).as("answered, %s", where).isFalse();
            }
            assertThat(scan.quarantines().size()).as(where).isEqualTo(isThere && quarantined ? 1 : 0);
            requireReadable(engine, kept, KEPT, where);
            if (isThere) {
                requireReadable(engine, image, DELETED, where);
            } else {
                assertThat(engine.list().stream().map(VolumeSummary::name).map(VolumeName::value))
                        .as(where)
                        .noneMatch(name -> name.contains(image.id().hex()));
            }
        }
        return fired;
    }

    private static boolean delete(ImageDeletion deletion, Image image) throws InterruptedException {
        try {
            deletion.delete(image);
            return true;
        } catch (RefusedException | EngineException failed) {
            return false;
        }
    }

    private static void quarantine(ManifestStore manifests, Image image) {
        ManifestHeader header = ((ImageState.Ready) image.state()).header();
        manifests.quarantine(QuarantineMarker.of(header, "scrub-finding", "one", Instant.EPOCH, List.of()));
        image.move(ImageState.Ready.class, ready -> ready.quarantined("scrub-finding", "one", Instant.EPOCH));
    }

    private static void requireReadable(StorageEngine engine, Image image, byte[] bytes, String where) {
        ManifestHeader header = ((ImageState.Committed) image.state()).known().orElseThrow();
        Image reopened = Image.committed(header, new ImageState.Ready(header));
        try (ContentReaders readers = new ContentReaders(
                        new ReadLimits(1, 2),
                        engine,
                        new CommittedManifests(new ManifestStore(engine)::read, 1 << 20),
                        (suspect, chunk) -> {});
                ContentReader reader = readers.open(reopened, new ByteRange(0, bytes.length))) {
            Optional<Piece> piece = io.scrubjay.engine.Stages.await(reader.next());
            byte[] read = new byte[bytes.length];
            ((Piece.Stored) piece.orElseThrow()).bytes().get(0, read);
            piece.get().release();
            assertThat(read).as(where).isEqualTo(bytes);
        }
    }
}
