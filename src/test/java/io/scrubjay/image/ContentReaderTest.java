// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.Piece;
import io.scrubjay.flow.SuspectChunk;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class ContentReaderTest {
    private static final int CHUNK = ChunkGrid.CHUNK_BYTES;
    private static final ReadLimits LIMITS = new ReadLimits(2, 3);

    private final TestPool pool = TestPool.of(ClusterSize.parse("64K"), 256L << 20);
    private final FlakyEngine engine = new FlakyEngine(pool.open());
    private final List<Long> suspected = new CopyOnWriteArrayList<>();
    private final ContentReaders readers = new ContentReaders(
            LIMITS,
            engine,
            new CommittedManifests(new ManifestStore(engine)::read, 1 << 20),
            (image, chunk) -> suspected.add(chunk));

    @AfterEach
    void close() {
        readers.close();
        engine.close();
    }

    /** Chunks of data and of nothing, and an odd tail. */
    private static byte[] sparse(long seed, int chunks) {
        Random random = new Random(seed);
        byte[] bytes = new byte[chunks * CHUNK + random.nextInt(1, CHUNK)];
        for (int chunk = 0; chunk <= chunks; chunk++) {
            if (random.nextBoolean()) {
                int from = chunk * CHUNK + random.nextInt(CHUNK / 2);
                byte[] run = new byte[Math.min(random.nextInt(1, CHUNK), Math.max(0, bytes.length - from))];
                random.nextBytes(run);
                System.arraycopy(run, 0, bytes, Math.min(from, bytes.length), run.length);
            }
        }
        return bytes;
    }

    private byte[] readAll(Image image, ByteRange range) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (ContentReader reader = readers.open(image, range)) {
            Optional<Piece> piece = Stages.await(reader.next());
            while (piece.isPresent()) {
                all.writeBytes(bytes(piece.get()));
                piece.get().release();
                piece = Stages.await(reader.next());
            }
        }
        return all.toByteArray();
    }

    private static byte[] bytes(Piece piece) {
        byte[] bytes = new byte[Math.toIntExact(piece.lengthBytes())];
        if (piece instanceof Piece.Stored stored) {
            stored.bytes().get(0, bytes);
        }
        return bytes;
    }

    private void awaitIdle() {
        await().atMost(Duration.ofSeconds(20)).until(() -> readers.runningCount() == 0 && readers.windowsInUse() == 0);
    }

    @Test
    void anyRangeIsWhatWasStored() {
        for (long seed = 1; seed <= 12; seed++) {
            // Given
            byte[] stored = sparse(seed, 7);
            Image image = StoredImages.commit(engine, "disk-" + seed, stored);
            Random random = new Random(seed);
            for (int round = 0; round < 6; round++) {
                int from = random.nextInt(stored.length);
                int to = random.nextInt(from + 1, stored.length + 1);
                // When
                byte[] read = readAll(image, ByteRange.between(from, to));
                // Then
                assertThat(read)
                        .as("seed %d, [%d, %d)", seed, from, to)
                        .isEqualTo(Arrays.copyOfRange(stored, from, to));
            }
        }
        awaitIdle();
    }

    @Test
    void severalPassesAreTheSameBytesSeveralTimes() {
        // Given
        byte[] stored = sparse(3, 5);
        Image image = StoredImages.commit(engine, "disk", stored);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        // When
        try (ContentReader reader = readers.open(image, new ByteRange(0, stored.length), 2)) {
            for (Optional<Piece> piece = Stages.await(reader.next());
                    piece.isPresent();
                    piece = Stages.await(reader.next())) {
                all.writeBytes(bytes(piece.get()));
                piece.get().release();
            }
        }
        // Then
        assertThat(all.size()).isEqualTo(2 * stored.length);
        assertThat(Arrays.copyOf(all.toByteArray(), stored.length)).isEqualTo(stored);
        assertThat(Arrays.copyOfRange(all.toByteArray(), stored.length, 2 * stored.length))
                .isEqualTo(stored);
        awaitIdle();
    }

    @Test
    void readerUnderWayIsWaitedForWhileNoOtherBegins() {
        // Given
        byte[] stored = sparse(1, 4);
        Image image = StoredImages.commit(engine, "disk", stored);
        ByteRange all = new ByteRange(0, stored.length);
        ContentReader reader = readers.open(image, all);
        // When
        readers.admission().refuse();
        // Then
        assertThat(readers.admission().ended()).isNotDone();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> readAll(image, all))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.BUSY));
        Stages.await(reader.next()).orElseThrow().release();
        reader.close();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> readers.admission().ended().isDone());
    }

    @Test
    void nobodyIsWaitedForWhenNobodyReads() {
        readers.admission().refuse();
        assertThat(readers.admission().ended()).isCompleted();
    }

    @Test
    void zeroesAreOnePieceHoweverMany() {
        // Given
        byte[] stored = new byte[5 * CHUNK + 17];
        stored[5 * CHUNK + 3] = 1;
        Image image = StoredImages.commit(engine, "disk", stored);
        // When
        try (ContentReader reader = readers.open(image, new ByteRange(10, stored.length - 10))) {
            Piece first = Stages.await(reader.next()).orElseThrow();
            // Then
            assertThat(first).isEqualTo(new Piece.Zeroes(5L * CHUNK - 10));
        }
    }

    @Test
    void aChunkThatDoesNotMatchItsLeafIsNotGivenAndIsReported() {
        // Given
        byte[] stored = new byte[3 * CHUNK];
        new Random(1).nextBytes(stored);
        Image image = StoredImages.commit(engine, "disk", stored);
        engine.flipBit(PoolName.snapshot(image.id()), CHUNK + 77, 3);
        try (ContentReader reader = readers.open(image, new ByteRange(0, stored.length))) {
            Stages.await(reader.next()).orElseThrow().release();
            // When
            assertThatExceptionOfType(SuspectChunk.class)
                    .isThrownBy(() -> Stages.await(reader.next()))
                    // Then
                    .satisfies(suspect -> assertThat(suspect.chunk()).isEqualTo(1));
        }
        assertThat(suspected).containsExactly(1L);
        awaitIdle();
    }

    @Test
    void aRangeBesideTheDamageIsGiven() {
        // Given
        byte[] stored = new byte[3 * CHUNK];
        new Random(2).nextBytes(stored);
        Image image = StoredImages.commit(engine, "disk", stored);
        engine.flipBit(PoolName.snapshot(image.id()), CHUNK + 77, 3);
        // When
        byte[] read = readAll(image, new ByteRange(2L * CHUNK, CHUNK));
        // Then
        assertThat(read).isEqualTo(Arrays.copyOfRange(stored, 2 * CHUNK, 3 * CHUNK));
        assertThat(suspected).isEmpty();
    }

    @Test
    void aStrayByteInAnAllocatedZeroChunkIsReported() {
        // Given: clusters larger than a chunk, so that a zero chunk has one
        try (FlakyEngine large = new FlakyEngine(TestPool.open(ClusterSize.parse("4M"), 256L << 20));
                ContentReaders largeReaders = new ContentReaders(
                        LIMITS,
                        large,
                        new CommittedManifests(new ManifestStore(large)::read, 1 << 20),
                        (image, chunk) -> suspected.add(chunk))) {
            byte[] stored = new byte[4 * CHUNK];
            stored[0] = 1;
            Image image = StoredImages.commit(large, "disk", stored);
            large.flipBit(PoolName.snapshot(image.id()), 2L * CHUNK + 5, 0);
            // When
            try (ContentReader reader = largeReaders.open(image, new ByteRange(2L * CHUNK, CHUNK))) {
                assertThatExceptionOfType(SuspectChunk.class).isThrownBy(() -> Stages.await(reader.next()));
            }
            // Then
            assertThat(suspected).containsExactly(2L);
        }
    }

    @Test
    void anUnreadableChunkIsReported() {
        // Given
        byte[] stored = new byte[CHUNK];
        new Random(3).nextBytes(stored);
        Image image = StoredImages.commit(engine, "disk", stored);
        engine.failReads(PoolName.snapshot(image.id()), new ByteRange(0, 1));
        // When
        try (ContentReader reader = readers.open(image, new ByteRange(0, CHUNK))) {
            assertThatExceptionOfType(EngineException.DeviceFailed.class).isThrownBy(() -> Stages.await(reader.next()));
        }
        // Then
        assertThat(suspected).containsExactly(0L);
        awaitIdle();
    }

    @Test
    void aReaderTooManyIsRefusedAndAPlaceComesBack() {
        // Given
        byte[] stored = new byte[CHUNK];
        stored[0] = 1;
        Image image = StoredImages.commit(engine, "disk", stored);
        List<ContentReader> open = new ArrayList<>();
        for (int reader = 0; reader < LIMITS.readersMax(); reader++) {
            open.add(readers.open(image, new ByteRange(0, CHUNK)));
        }
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> readers.open(image, new ByteRange(0, CHUNK)))
                // Then
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.BUSY));
        open.forEach(ContentReader::close);
        awaitIdle();
        assertThat(readAll(image, new ByteRange(0, CHUNK))).isEqualTo(stored);
    }

    @Test
    void aReaderThatIsNotAskedHoldsNoMoreThanItsWindows() {
        // Given
        byte[] stored = new byte[12 * CHUNK];
        new Random(4).nextBytes(stored);
        Image image = StoredImages.commit(engine, "disk", stored);
        try (ContentReader reader = readers.open(image, new ByteRange(0, stored.length))) {
            // When
            Piece held = Stages.await(reader.next()).orElseThrow();
            // Then
            await().atMost(Duration.ofSeconds(20)).until(() -> readers.windowsInUse() == LIMITS.windowsPerReader());
            held.release();
        }
        awaitIdle();
    }

    @Test
    void theImageCannotBeDeletedUntilTheReaderIsClosed() throws InterruptedException {
        // Given
        byte[] stored = new byte[CHUNK];
        stored[0] = 1;
        Image image = StoredImages.commit(engine, "disk", stored);
        ContentReader reader = readers.open(image, new ByteRange(0, CHUNK));
        assertThat(image.retire(Duration.ofMillis(1))).isFalse();
        // When
        reader.close();
        awaitIdle();
        // Then
        assertThat(image.retire(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void nothingIsHeldWhenAnImageCannotBeOpened() throws InterruptedException {
        pool.mayHold(Flaw.MISSING_PART);
        // Given
        byte[] stored = new byte[CHUNK];
        stored[0] = 1;
        Image image = StoredImages.commit(engine, "disk", stored);
        engine.delete(PoolName.snapshot(image.id()));
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> readers.open(image, new ByteRange(0, CHUNK)))
                // Then
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UNREADABLE));
        assertThat(readers.runningCount()).isZero();
        assertThat(image.retire(Duration.ofMillis(1))).isTrue();
    }
}
