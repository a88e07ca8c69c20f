// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.block.Sha256;
import io.scrubjay.block.Sha256State;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The records of sessions: what is written is what is read, and a torn update changes nothing. */
class SessionStoreTest {
    private static final Instant EXPIRY = Instant.parse("2026-01-02T03:04:05.006Z");

    private final TestPool pool = TestPool.of(ClusterSize.parse("64K"), 32L << 20);
    private final StorageEngine engine = pool.open();
    private final SessionStore store = new SessionStore(engine);

    @AfterEach
    void close() {
        engine.close();
    }

    private static SessionRecord.Announced everything() {
        return new SessionRecord.Announced(
                ResourceName.parse("debian-12"),
                Optional.of("qcow2"),
                Optional.of("zstd"),
                OptionalLong.of(1L << 40),
                List.of(
                        Digest.of(DigestAlgorithm.SHA_256, new byte[32]),
                        Digest.of(DigestAlgorithm.SHA_512, new byte[64])),
                Optional.of(Digest.of(DigestAlgorithm.SCRUBJAY1, new byte[32])),
                "x".repeat(SessionRecord.Announced.METADATA_LENGTH_MAX));
    }

    private static SessionRecord begun() {
        return SessionRecord.begun(everything(), OptionalLong.of(1_000_000), EXPIRY);
    }

    private static Sha256State after(int bytes) {
        Sha256.Resumable hash = Sha256.resumable();
        hash.update(ByteBuffer.allocate(bytes));
        return hash.state();
    }

    private void garble(SessionId id, int slot) {
        ByteBuffer garbage = AlignedBuffer.allocate(4096);
        garbage.putInt(0, 4711);
        try (Volume volume = engine.open(PoolName.session(id), Access.WRITE)) {
            Stages.await(volume.write(slot * 8192L, garbage));
            Stages.await(volume.flush());
        }
    }

    @Test
    void whatIsWrittenIsRead() {
        SessionRecord record = begun();

        store.create(record);

        assertThat(store.read(record.id())).isEqualTo(record);
        assertThat(store.scan()).containsExactly(new SessionStore.Found.Whole(record));
    }

    @Test
    void aSessionWithNothingButANameIsRead() {
        SessionRecord record = SessionRecord.begun(
                new SessionRecord.Announced(
                        ResourceName.parse("a"),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        List.of(),
                        Optional.empty(),
                        ""),
                OptionalLong.empty(),
                EXPIRY);

        store.create(record);

        assertThat(store.read(record.id())).isEqualTo(record);
    }

    @Test
    void theLastUpdateCounts() {
        SessionRecord record = begun();
        store.create(record);
        for (int bytes = 1; bytes <= 5; bytes++) {
            record = record.at(after(bytes * 100), record.lengthBytes(), EXPIRY.plusSeconds(bytes));

            store.update(record);

            assertThat(store.read(record.id())).isEqualTo(record);
        }
        SessionRecord making = record.making(ImageId.random());
        store.update(making);
        assertThat(store.read(record.id())).isEqualTo(making);
    }

    @Test
    void aTornUpdateLeavesTheOneBefore() {
        SessionRecord first = begun();
        SessionRecord second = first.at(after(100), first.lengthBytes(), EXPIRY);
        store.create(first);
        store.update(second);

        garble(first.id(), 1);

        assertThat(store.read(first.id())).isEqualTo(first);
    }

    @Test
    void aRecordThatIsDamagedTwiceIsKeptAndCanBeDeleted() {
        SessionRecord record = begun();
        store.create(record);
        garble(record.id(), 0);
        garble(record.id(), 1);

        assertThatThrownBy(() -> store.read(record.id())).isInstanceOf(ManifestDamaged.class);
        assertThat(store.scan()).hasOnlyElementsOfType(SessionStore.Found.Broken.class);
        assertThat(new ManifestStore(engine).removeLeftovers().removed()).isEmpty();
        store.delete(record.id());
        store.removeRest(record.id());

        assertThat(engine.list()).isEmpty();
    }

    @Test
    void aStartKeepsSessionsAndRemovesWhatIsNone() {
        SessionRecord kept = begun();
        SessionRecord deleted = begun();
        store.create(kept);
        store.create(deleted);
        store.delete(deleted.id());

        Sweep sweep = new ManifestStore(engine).removeLeftovers();

        assertThat(sweep.removed())
                .containsExactlyInAnyOrder(
                        PoolName.upload(deleted.id()),
                        PoolName.deleted(deleted.id().stored()));
        assertThat(store.scan()).containsExactly(new SessionStore.Found.Whole(kept));
    }

    @Test
    void bytesWithoutARecordAreKeptAndCanBeDeleted() {
        pool.mayHold(Flaw.MISSING_PART);
        SessionRecord record = begun();
        store.create(record);
        engine.delete(PoolName.session(record.id()));

        assertThat(new ManifestStore(engine).removeLeftovers().removed()).isEmpty();
        assertThat(new ManifestStore(engine).missing())
                .extracting(missing -> missing.name().orElseThrow())
                .containsExactly(PoolName.session(record.id()));
        assertThat(store.scan()).extracting(SessionStore.Found::id).containsExactly(record.id());
        store.delete(record.id());
        store.removeRest(record.id());

        assertThat(engine.list()).isEmpty();
    }

    @Test
    void anImageIsMadeOnlyIfItsManifestIsThere() {
        SessionRecord record = begun();
        store.create(record);

        assertThat(store.isMade(record)).isFalse();
        assertThat(store.isMade(record.making(ImageId.random()))).isFalse();
    }
}
