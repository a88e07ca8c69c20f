// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.LosingEngine;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.Piece;
import io.scrubjay.flow.SuspectChunk;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A pool has lost a cluster of an image: nobody who reads there is given zeroes in its place. */
class LostClustersTest {
    private static final int CHUNK = ChunkGrid.CHUNK_BYTES;
    private static final int CHUNKS = 9;

    /** A part of a chunk, all of it, its last cluster, and a cluster of several chunks; the image's last one is a short one. */
    @ParameterizedTest
    @CsvSource({
        "64K, 16, 1, 1, 1",
        "64K, 31, 1, 1, 1",
        "64K, 16, 16, 1, 1",
        "64K, 0, 1, 0, 0",
        "64K, 143, 1, 8, 8",
        "1M, 4, 1, 4, 4",
        "1M, 8, 1, 8, 8",
        "4M, 1, 1, 4, 7",
        "4M, 2, 1, 8, 8"
    })
    void noReaderIsGivenZeroesForALostCluster(
            String clusterSize, long cluster, int count, long firstChunk, long lastChunk) {
        List<Long> suspected = new ArrayList<>();
        try (LosingEngine engine = new LosingEngine(TestPool.open(ClusterSize.parse(clusterSize), 256L << 20));
                ContentReaders readers = new ContentReaders(
                        new ReadLimits(2, 3),
                        engine,
                        new CommittedManifests(new ManifestStore(engine)::read, 1 << 20),
                        (image, chunk) -> suspected.add(chunk))) {
            // Given
            byte[] stored = new byte[CHUNKS * CHUNK - 100];
            new Random(5).nextBytes(stored);
            Image image = StoredImages.commit(engine, "disk", stored);
            // When
            for (int i = 0; i < count; i++) {
                engine.lose(image.volume(), cluster + i);
            }
            // Then
            for (long chunk = firstChunk; chunk <= lastChunk; chunk++) {
                requireRefused(readers, image, chunkOf(stored, chunk));
                requireRefused(readers, image, new ByteRange(chunk * CHUNK + 7, 1));
                requireRefused(readers, image, new ByteRange(0, chunk * CHUNK + 1));
            }
            requireRefused(readers, image, new ByteRange(0, stored.length));
            assertThat(suspected).contains(firstChunk).allMatch(chunk -> chunk >= firstChunk && chunk <= lastChunk);
            for (ByteRange beside : List.of(
                    ByteRange.between(0, firstChunk * CHUNK),
                    ByteRange.between(Math.min(stored.length, (lastChunk + 1) * CHUNK), stored.length))) {
                if (!beside.isEmpty()) {
                    assertThat(read(readers, image, beside))
                            .isEqualTo(Arrays.copyOfRange(stored, (int) beside.offset(), (int) beside.end()));
                }
            }
        }
    }

    private static ByteRange chunkOf(byte[] stored, long chunk) {
        return new ChunkGrid(stored.length).range(chunk);
    }

    private static void requireRefused(ContentReaders readers, Image image, ByteRange range) {
        assertThatExceptionOfType(SuspectChunk.class)
                .as(range.toString())
                .isThrownBy(() -> read(readers, image, range));
    }

    private static byte[] read(ContentReaders readers, Image image, ByteRange range) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (ContentReader reader = readers.open(image, range)) {
            for (Optional<Piece> piece = Stages.await(reader.next());
                    piece.isPresent();
                    piece = Stages.await(reader.next())) {
                byte[] bytes = new byte[Math.toIntExact(piece.get().lengthBytes())];
                if (piece.get() instanceof Piece.Stored stored) {
                    stored.bytes().get(0, bytes);
                }
                all.writeBytes(bytes);
                piece.get().release();
            }
        }
        return all.toByteArray();
    }
}
