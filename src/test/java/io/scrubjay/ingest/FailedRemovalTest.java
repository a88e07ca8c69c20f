// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** An ingest fails, and so does the removal of what there is of it, until the device works again. */
class FailedRemovalTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What there is, whether or not the agent can see it. */
    private final StorageEngine pool = TestPool.open(ClusterSize.parse("64K"), 32L << 20);

    private final FlakyEngine engine = new FlakyEngine(pool);
    private final IngestKit kit = new IngestKit(engine);

    @AfterEach
    void close() {
        kit.close();
        engine.close();
    }

    @Test
    void whatCouldNotBeRemovedIsCountedAndGoesWhileTheAgentRuns() {
        // Given a device that fails from the removal of the head on
        long changes = changesOf(this::refused);
        engine.powerOff(changes, FlakyEngine.Moment.BEFORE);

        // When
        Image failed = refused();

        // Then
        assertThat(failed.state()).isInstanceOf(ImageState.Failed.class);
        assertThat(pool.list())
                .extracting(VolumeSummary::name)
                .extracting(VolumeName::value)
                .singleElement()
                .satisfies(left -> assertThat(left).startsWith("head-"));
        assertThat(pool.usage().usedBytes()).isPositive();
        engine.heal();
        await().atMost(PATIENCE).until(() -> pool.list().isEmpty());
        assertThat(pool.usage().usedBytes()).isZero();
    }

    @Test
    void anImageThatExistsIsNotCalledFailedAndKeepsItsName() {
        // Given a device that fails from the commit on, which it makes all the same
        long changes = changesOf(this::whole);
        kit.catalog.remove(kit.catalog.get(ResourceName.parse("disk")));
        List.copyOf(engine.list()).forEach(volume -> engine.delete(volume.name()));
        engine.powerOff(changes, FlakyEngine.Moment.AFTER);

        // When
        Image doubtful = whole();

        // Then
        assertThat(pool.find(PoolName.manifest(doubtful.id())).isPresent()).isTrue();
        assertThat(doubtful.state()).isInstanceOf(ImageState.Unfinished.class);
        engine.heal();
        await().atMost(PATIENCE).until(() -> doubtful.state() instanceof ImageState.Failed);
        assertThat(pool.find(PoolName.manifest(doubtful.id())).isPresent()).isFalse();
        await().atMost(PATIENCE).until(() -> pool.list().isEmpty());
    }

    @Test
    void aHeadThatWasMadeAllTheSameGoesWhileTheAgentRuns() {
        // Given a device that fails from the creation of the head on, which it makes all the same
        engine.powerOff(1, FlakyEngine.Moment.AFTER);

        // When
        assertThatThrownBy(() -> kit.ingest("disk", bytes())).isInstanceOf(RefusedException.class);

        // Then
        assertThat(pool.list()).hasSize(1);
        engine.heal();
        await().atMost(PATIENCE).until(() -> pool.list().isEmpty());
    }

    private long changesOf(Runnable ingest) {
        long before = engine.changes();
        ingest.run();
        return engine.changes() - before;
    }

    /** Its sender says another digest than the bytes have. */
    private Image refused() {
        IngestOrder open = IngestKit.order("disk");
        return ended(kit.ingests.begin(new IngestOrder(
                open.name(),
                open.form(),
                open.expectedBytes(),
                open.virtualSizeBytes(),
                List.of(Digest.of(DigestAlgorithm.SHA_256, new byte[32])),
                open.expectedContentDigest())));
    }

    private Image whole() {
        return ended(kit.ingests.begin(IngestKit.order("disk")));
    }

    /** Sends all bytes, and waits for the end, whichever it is. */
    private static Image ended(Ingest ingest) {
        IngestKit.send(ingest, bytes(), new Random(0), 1 << 20);
        ingest.complete();
        return ingest.done()
                .handle((ready, failure) -> ingest.image())
                .toCompletableFuture()
                .join();
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }
}
