// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.LyingCacheEngine;
import io.scrubjay.engine.LyingCacheEngine.Lie;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Manifests, markers and labels over a medium that has something else than its cache shows: nothing of it is believed,
 * neither when it is written nor when it is read.
 */
class ManifestLyingCacheTest {
    private static final int WRITES_MAX = 50;
    private static final int CLUSTER_BYTES = 16 << 10;

    private final LyingCacheEngine engine = new LyingCacheEngine(TestPool.of(new ClusterSize(CLUSTER_BYTES), 64L << 20)
            // Records alone, without bytes; and what fills the pool up.
            .mayHold(Flaw.MISSING_PART, Flaw.FOREIGN_VOLUME)
            .open());
    private final ManifestStore store = new ManifestStore(engine);
    private final LabelStore labels = new LabelStore(engine);
    private final Manifest manifest = Samples.golden();
    private final ImageId id = manifest.id();
    private final QuarantineMarker marker = Samples.marker(id);

    @AfterEach
    void close() {
        engine.close();
    }

    private void commit(Manifest committed) {
        store.stage(committed);
        store.commit(committed.id());
    }

    /** Fails with each of its writes in turn, until it has no more. */
    private void requireEachWriteProven(Lie lie, Runnable writing) {
        for (int n = 1; n < WRITES_MAX; n++) {
            engine.lieAt(n, lie);
            try {
                writing.run();
                assertThat(engine.hasLied())
                        .as("write %d %s is believed", n, lie)
                        .isFalse();
                assertThat(n).as("writes").isGreaterThan(1);
                return;
            } catch (ManifestDamaged proven) {
                assertThat(engine.hasLied()).isTrue();
            }
        }
        throw new AssertionError("more than " + WRITES_MAX + " writes");
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    void aManifestIsProvenOnTheMedium(Lie lie) {
        Manifest large = Samples.large(id);

        requireEachWriteProven(lie, () -> {
            store.removeRest(id);
            store.stage(large);
        });

        store.commit(id);
        assertThat(store.read(id)).isEqualTo(large);
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    void aLabelIsProvenOnTheMedium(Lie lie) {
        requireEachWriteProven(lie, () -> labels.stage(Samples.goldenLabel()));
    }

    /** Of the two places of a marker, one is enough: a quarantine that is answered holds by what the medium has. */
    @ParameterizedTest
    @EnumSource(Lie.class)
    void aQuarantineHoldsByWhatIsOnTheMedium(Lie lie) {
        commit(manifest);

        requireQuarantineHolds(lie);
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    void aQuarantineInAFullPoolHoldsByWhatIsOnTheMedium(Lie lie) {
        commit(manifest);
        engine.create(VolumeName.of("ballast"), engine.usage().freeClusters() * CLUSTER_BYTES, Provisioning.THICK);

        requireQuarantineHolds(lie);
    }

    private void requireQuarantineHolds(Lie lie) {
        for (int n = 1; n < WRITES_MAX; n++) {
            engine.lieAt(n, lie);
            try {
                Quarantine held = store.quarantine(marker);
                assertThat(store.quarantines()).as("write %d %s", n, lie).containsExactly(held);
                assertThat(store.scan().quarantines()).as("write %d %s", n, lie).containsExactly(held);
            } catch (ManifestDamaged | EngineException.NoSpace refused) {
                assertThat(engine.hasLied()).isTrue();
            }
            if (!engine.hasLied()) {
                assertThat(n).as("writes").isGreaterThan(2);
                return;
            }
            store.lift(id);
        }
        throw new AssertionError("more than " + WRITES_MAX + " writes");
    }

    @Test
    void aManifestIsReadFromTheMedium() {
        commit(manifest);

        engine.rot(PoolName.manifest(id), 200);

        assertThatThrownBy(() -> store.read(id)).isInstanceOf(ManifestDamaged.class);
        assertThat(store.scan().damaged()).hasSize(1);
    }

    @Test
    void aMarkerIsReadFromTheMedium() {
        commit(manifest);
        store.quarantine(marker);

        engine.rot(PoolName.quarantine(id), 50);

        assertThat(store.scan().quarantines()).hasSize(1).doesNotContain(marker);
    }

    @Test
    void aLabelIsReadFromTheMedium() {
        VolumeLabel label = Samples.goldenLabel();
        labels.stage(label);
        labels.commit(label.id());
        assertThat(labels.scan()).containsExactly(new LabelStore.Found.Whole(label));

        engine.rot(PoolName.label(label.id()), 20);

        assertThat(labels.scan()).singleElement().isInstanceOf(LabelStore.Found.Damaged.class);
    }

    @Test
    void theRoomOfAMarkerIsReadFromTheMedium() {
        commit(manifest);
        store.quarantine(marker);
        MarkerRoom room = new MarkerRoom(engine);
        QuarantineMarker kept = (QuarantineMarker) room.find(id).orElseThrow();
        long sizeBytes = engine.find(PoolName.manifest(id)).orElseThrow().sizeBytes();

        engine.rot(PoolName.manifest(id), sizeBytes - MarkerRoom.MARKER_BYTES_MAX + 50);

        assertThat(room.find(id)).isNotEqualTo(Optional.of(kept));
    }
}
