// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

class ImageDeletionTest {
    private final TestPool pool = TestPool.of(ClusterSize.parse("64K"), 64L << 20);
    private final StorageEngine engine = pool.open();
    private final ManifestStore manifests = new ManifestStore(engine);
    private final ImageCatalog catalog = new ImageCatalog();
    private final ImageDeletion deletion =
            new ImageDeletion(engine, manifests, catalog, StoredImages.children(engine), Duration.ofMillis(50));

    @AfterEach
    void close() {
        engine.close();
    }

    private Image stored(String name) {
        Image image = StoredImages.commit(engine, name, new byte[] {1, 2, 3});
        catalog.claim(image);
        return image;
    }

    @Test
    void nothingOfADeletedImageIsLeft() throws InterruptedException {
        // Given
        Image image = stored("disk");
        // When
        deletion.delete(image);
        // Then
        assertThat(engine.list()).isEmpty();
        assertThat(catalog.find(image.name())).isEmpty();
    }

    @Test
    void aQuarantinedImageGoesWithItsMarker() throws InterruptedException {
        // Given
        Image image = stored("disk");
        ImageState.Ready ready = (ImageState.Ready) image.state();
        manifests.quarantine(
                QuarantineMarker.of(ready.header(), "scrub-finding", "one finding", Instant.EPOCH, List.of()));
        image.move(ImageState.Ready.class, state -> state.quarantined("scrub-finding", "one finding", Instant.EPOCH));
        // When
        deletion.delete(image);
        // Then
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void anImageWithClonesStaysAndTheRefusalNamesThem() {
        pool.mayHold(Flaw.FOREIGN_VOLUME);
        // Given
        Image image = stored("disk");
        engine.cloneOf(PoolName.snapshot(image.id()), VolumeName.of("vm-1"));
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> deletion.delete(image))
                // Then
                .withMessageContaining("vm-1")
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.IMAGE_IN_USE));
        assertThat(manifests.isCommitted(image.id())).isTrue();
        image.lease().close();
    }

    @Test
    void anImageThatIsReadStays() {
        // Given
        Image image = stored("disk");
        try (Lease<Image> lease = image.lease()) {
            // When
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> deletion.delete(image))
                    // Then
                    .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.IMAGE_IN_USE));
            assertThat(lease.isAskedBack()).isFalse();
        }
        assertThat(manifests.isCommitted(image.id())).isTrue();
    }

    @Test
    void anImageThatIsBeingDeletedIsNotDeletedOnceMore() throws InterruptedException {
        // Given a deletion during which somebody else wants the same
        Image image = stored("disk");
        AtomicReference<Throwable> second = new AtomicReference<>();
        ImageDeletion first = new ImageDeletion(
                engine,
                manifests,
                catalog,
                asked -> {
                    second.set(catchThrowable(() -> deletion.delete(asked)));
                    return List.of();
                },
                Duration.ofMillis(50));
        // When
        first.delete(image);
        // Then
        assertThat(second.get())
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.IMAGE_IN_USE));
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void anImageWithoutItsSnapshotCanBeDeleted() throws InterruptedException {
        // Given
        Image image = stored("disk");
        engine.delete(PoolName.snapshot(image.id()));
        // When
        deletion.delete(image);
        // Then
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void anImageWhoseDeletionIsInterruptedWhileItWaitsGoesOnAsBefore() throws InterruptedException {
        // Given
        Image image = stored("disk");
        ImageDeletion patient =
                new ImageDeletion(engine, manifests, catalog, StoredImages.children(engine), Duration.ofMinutes(10));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (Lease<Image> lease = image.lease()) {
            Thread deleting = new Thread(() -> thrown.set(catchThrowable(() -> patient.delete(image))));
            deleting.start();
            await().atMost(Duration.ofMinutes(1)).until(lease::isAskedBack);
            // When
            deleting.interrupt();
            deleting.join();
            // Then
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            assertThat(lease.isAskedBack()).isFalse();
        }
        image.lease().close();
        deletion.delete(image);
        assertThat(engine.list()).isEmpty();
    }
}
