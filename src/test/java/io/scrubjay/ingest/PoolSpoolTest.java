// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.HeapBytes;
import io.scrubjay.source.StreamOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PoolSpoolTest {
    private static final ClusterSize CLUSTER = ClusterSize.parse("64K");
    private static final int MIB = 1 << 20;

    private final FlakyEngine engine = new FlakyEngine(TestPool.open(CLUSTER, 8L * MIB));
    private final WindowPool windows = new WindowPool(MIB, 2);
    private final Stores stores = new Stores(Runnable::run, failed -> {});
    private final ImageId id = ImageId.random();
    private long keptBytes;
    private final PoolSpool spool =
            new PoolSpool(engine, new WindowShare(windows, 2, stores), stores, id, all -> keptBytes = all);

    @AfterEach
    void nothingIsHeld() {
        engine.heal();
        stores.await();
        spool.abandon();
        spool.close();
        assertThat(windows.windowsInUse()).isZero();
        engine.close();
    }

    private void keep(long at, byte[] bytes) {
        HeapBytes lent = HeapBytes.of(bytes, 0, bytes.length);
        spool.keep(new StreamOffset(at), lent);
        lent.takeBack();
    }

    private byte[] read(long at, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        spool.read(new StreamOffset(at), bytes);
        assertThat(bytes.hasRemaining()).isFalse();
        return bytes.array();
    }

    @Test
    void spoolThatKeepsNothingTakesNoPlace() {
        // When
        spool.remove();
        // Then
        assertThat(engine.changes()).isZero();
        assertThat(keptBytes).isZero();
    }

    @Test
    void onlyKeptBytesTakeSpaceAndTheyAreFreeAfterwards() {
        // Given
        byte[] bytes = SparseBytes.full(3 * MIB);
        keep(100L * MIB + 5, bytes);
        keep(200L * MIB, new byte[MIB]);
        // When
        byte[] read = read(100L * MIB + 5, bytes.length);
        // Then
        assertThat(read).isEqualTo(bytes);
        assertThat(read(200L * MIB, MIB)).isEqualTo(new byte[MIB]);
        assertThat(keptBytes).isEqualTo(4L * MIB);
        ClusterMap held = engine.allocated(PoolName.spool(id));
        assertThat(held.count()).isEqualTo(3 * MIB / CLUSTER.bytes() + 1);
        // And when
        spool.remove();
        // Then
        assertThat(engine.list()).isEmpty();
        assertThat(engine.usage().usedBytes()).isZero();
    }

    @Test
    void fileThatDoesNotFitIsRefusedAsPoolFull() {
        // When
        assertThatThrownBy(() -> {
                    for (long at = 0; at < 16; at++) {
                        keep(at * MIB, SparseBytes.full(MIB));
                    }
                })
                // Then
                .satisfies(full ->
                        assertThat(IngestFailures.explain(full).refusal()).isEqualTo(Refusal.POOL_FULL));
    }

    @Test
    void bytesThatTheMediumHasChangedAreNotRead() {
        // Given
        keep(0, SparseBytes.full(MIB));
        keep(MIB, SparseBytes.full(MIB));
        engine.flipBit(PoolName.spool(id), 1000, 1);
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> read(5, 10))
                // Then
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));
    }

    @Test
    void spoolThatCannotBeRemovedStaysForTheNextStart() {
        // Given
        keep(0, SparseBytes.full(10));
        engine.powerOff(1, FlakyEngine.Moment.BEFORE);
        // When
        assertThatThrownBy(spool::remove).isInstanceOf(RuntimeException.class);
        // Then
        engine.heal();
        assertThat(new ManifestStore(engine).removeLeftovers().removed()).containsExactly(PoolName.spool(id));
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void spoolStaysAsLongAsAnythingCannotBeRead() {
        // Given
        keep(0, SparseBytes.full(10));
        spool.abandon();
        spool.close();
        engine.holdsUnreadable(new Unreadable(Optional.empty(), "somewhere", FlakyEngine.EIO, "it cannot be read"));
        // When
        assertThat(new ManifestStore(engine).removeLeftovers().removed()).isEmpty();
        // Then
        assertThat(engine.list()).extracting(VolumeSummary::name).containsExactly(PoolName.spool(id));
    }
}
