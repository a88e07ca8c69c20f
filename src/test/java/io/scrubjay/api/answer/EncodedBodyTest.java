// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.Stages;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.image.ReadLimits;
import io.scrubjay.image.StoredImages;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.qcow2.Qcow2File;
import io.scrubjay.source.qcow2.Qcow2Layout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class EncodedBodyTest {
    private static final int CHUNK = ChunkGrid.CHUNK_BYTES;
    private static final int CLUSTER = 64 << 10;

    private final FlakyEngine engine = new FlakyEngine(TestPool.open(ClusterSize.parse("64K"), 256L << 20));
    private final List<Long> suspected = new CopyOnWriteArrayList<>();
    private final ContentReaders readers = new ContentReaders(
            new ReadLimits(2, 3),
            engine,
            new CommittedManifests(new ManifestStore(engine)::read, 1 << 20),
            (image, chunk) -> suspected.add(chunk));

    /** How clusters are stored in the file. */
    private enum Clusters {
        PLAIN,
        ZSTD
    }

    @AfterEach
    void close() {
        readers.close();
        engine.close();
    }

    /** Chunks of data that hardly compresses, with holes between them, and an odd tail. */
    private static byte[] disk(long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[6 * CHUNK + 4711];
        for (int chunk : new int[] {1, 2, 4}) {
            byte[] run = new byte[CHUNK / 2];
            random.nextBytes(run);
            System.arraycopy(run, 0, bytes, chunk * CHUNK + 3 * CLUSTER, run.length);
        }
        bytes[bytes.length - 1] = 1;
        return bytes;
    }

    private EncodedBody body(Image image, long bytes, Clusters clusters) {
        Qcow2Layout layout = new Qcow2Layout(bytes, readers.stored(image, Qcow2Layout.CLUSTER_SIZE));
        Qcow2File file = switch (clusters) {
            case PLAIN -> Qcow2File.plain(layout);
            case ZSTD -> Qcow2File.zstd(layout, readers.workers());
        };
        return new EncodedBody(
                readers.open(image, new ByteRange(0, bytes), file.passes()), bytes, file, readers.workers());
    }

    private static byte[] sent(EncodedBody body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Optional<OutgoingBody.Part> part = Stages.await(body.next());
                part.isPresent();
                part = Stages.await(body.next())) {
            all.writeBytes(part.get().bytes().getBytes());
            part.get().sent().run();
        }
        return all.toByteArray();
    }

    private void awaitIdle() {
        await().atMost(Duration.ofSeconds(20)).until(() -> readers.runningCount() == 0 && readers.windowsInUse() == 0);
    }

    @Test
    void fileWithoutCompressionHasItsLengthAndTheDisksClusters() {
        // Given
        byte[] disk = disk(1);
        Image image = StoredImages.commit(engine, "disk", disk);
        EncodedBody body = body(image, disk.length, Clusters.PLAIN);
        // When
        byte[] file = sent(body);
        // Then
        assertThat(body.lengthBytes()).hasValue(file.length);
        ByteBuffer tables = ByteBuffer.wrap(file);
        int l1 = (int) tables.getLong(40);
        int l2 = (int) (tables.getLong(l1) & Integer.MAX_VALUE);
        for (int cluster = 0; cluster * CLUSTER < disk.length; cluster++) {
            byte[] expected = Arrays.copyOfRange(disk, cluster * CLUSTER, (cluster + 1) * CLUSTER);
            int place = (int) (tables.getLong(l2 + 8 * cluster) & Integer.MAX_VALUE);
            byte[] found = place == 0 ? new byte[CLUSTER] : Arrays.copyOfRange(file, place, place + CLUSTER);
            assertThat(Arrays.mismatch(found, 0, CLUSTER, expected, 0, CLUSTER))
                    .as("cluster %d", cluster)
                    .isEqualTo(-1);
        }
        body.close();
        awaitIdle();
    }

    @ParameterizedTest
    @EnumSource(Clusters.class)
    void fileIsTheSameEachTime(Clusters clusters) {
        // Given
        byte[] disk = disk(2);
        Image image = StoredImages.commit(engine, "disk", disk);
        EncodedBody one = body(image, disk.length, clusters);
        EncodedBody other = body(image, disk.length, clusters);
        // When
        byte[] file = sent(one);
        // Then
        assertThat(file).isEqualTo(sent(other));
        one.close();
        other.close();
        awaitIdle();
    }

    @ParameterizedTest
    @EnumSource(Clusters.class)
    void damagedFirstChunkIsToldInsteadOfAnyByte(Clusters clusters) {
        // Given
        byte[] disk = disk(3);
        Image image = StoredImages.commit(engine, "disk", disk);
        engine.flipBit(PoolName.snapshot(image.id()), CHUNK + 3 * CLUSTER + 5, 1);
        EncodedBody body = body(image, disk.length, clusters);
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Stages.await(body.next()))
                // Then
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));
        body.close();
        assertThat(suspected).containsExactly(1L);
        awaitIdle();
    }

    @ParameterizedTest
    @EnumSource(Clusters.class)
    void damagedChunkEndsTheFile(Clusters clusters) {
        // Given
        byte[] disk = disk(4);
        Image image = StoredImages.commit(engine, "disk", disk);
        engine.flipBit(PoolName.snapshot(image.id()), 4L * CHUNK + 3 * CLUSTER + 5, 1);
        EncodedBody body = body(image, disk.length, clusters);
        Stages.await(body.next()).orElseThrow().sent().run();
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> sent(body))
                // Then
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));
        body.close();
        assertThat(suspected).containsExactly(4L);
        awaitIdle();
    }

    @ParameterizedTest
    @EnumSource(Clusters.class)
    void bodyThatIsNotSentHoldsNothing(Clusters clusters) {
        // Given
        byte[] disk = disk(5);
        Image image = StoredImages.commit(engine, "disk", disk);
        EncodedBody asked = body(image, disk.length, clusters);
        EncodedBody unasked = body(image, disk.length, clusters);
        Stages.await(asked.next()).orElseThrow().sent().run();
        // When
        asked.close();
        unasked.close();
        // Then
        awaitIdle();
    }
}
