// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.pool;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.image.StoredImages;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The pool for tests finds what it is there to find. */
class TestPoolTest {
    private static final byte[] BYTES = AwaitedVolume.pattern(1, 3 << 20);

    private final TestPool pool = TestPool.of(ClusterSize.parse("64K"), 32L << 20);
    private final StorageEngine engine = pool.open();

    @Test
    void anImageThatWasStoredAsItShouldIsNoFlaw() {
        StoredImages.commit(engine, "disk", BYTES);

        assertThatCode(engine::close).doesNotThrowAnyException();
    }

    @Test
    void aHandleThatWasForgottenIsFound() {
        Image image = StoredImages.commit(engine, "disk", BYTES);
        Volume forgotten = engine.open(image.volume(), Access.READ);

        assertThatThrownBy(engine::close).isInstanceOf(AssertionError.class).hasMessageContaining("never closed");
        assertThat(forgotten).isNotNull();
    }

    @Test
    void whatIsHalfMadeIsSweptAndNoFlaw() {
        Image image = StoredImages.commit(engine, "disk", BYTES);
        new ManifestStore(engine).delete(image.id());

        assertThatCode(engine::close).doesNotThrowAnyException();

        try (StorageEngine again = pool.open()) {
            assertThat(again.list()).isEmpty();
        }
    }

    @Test
    void bytesWithoutAManifestAreAFlawUnlessTheyWereAnnounced() {
        Image image = StoredImages.commit(engine, "disk", BYTES);
        engine.delete(PoolName.manifest(image.id()));

        assertThatThrownBy(engine::close).isInstanceOf(AssertionError.class).hasMessageContaining("MISSING_PART");

        StorageEngine again = pool.mayHold(Flaw.MISSING_PART).open();
        assertThatCode(again::close).doesNotThrowAnyException();
    }

    @Test
    void twoImagesOfOneNameAreAFlaw() {
        StoredImages.commit(engine, "disk", BYTES);
        StoredImages.commit(engine, "disk", BYTES);

        assertThatThrownBy(engine::close).isInstanceOf(AssertionError.class).hasMessageContaining("NAME_TWICE");
    }

    @Test
    void aVolumeOfNobodysIsAFlaw() {
        engine.create(VolumeName.of("ballast"), 1, Provisioning.THIN);

        assertThatThrownBy(engine::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("FOREIGN_VOLUME: ballast")
                .hasMessageContaining("scrubjay.test.seed");
    }

    @Test
    void aManifestThatCannotBeReadIsAFlaw() {
        Image image = StoredImages.commit(engine, "disk", BYTES);
        try (Volume manifest = engine.open(PoolName.manifest(image.id()), Access.WRITE)) {
            Stages.await(manifest.write(0, AlignedBuffer.allocate(4096)));
            Stages.await(manifest.flush());
        }

        assertThatThrownBy(engine::close).isInstanceOf(AssertionError.class).hasMessageContaining("DAMAGED_RECORD");
    }

    @Test
    void bytesThatAreNotWhatTheLeavesSayAreAFlaw() {
        Image image = StoredImages.commit(engine, "disk", BYTES);
        engine.cloneOf(image.volume(), PoolName.head(image.id()));
        engine.delete(image.volume());
        try (AwaitedVolume head =
                AwaitedVolume.open(engine, PoolName.head(image.id()).value(), Access.WRITE)) {
            head.write(1 << 20, AwaitedVolume.pattern(2, 4096)).flush();
        }
        engine.seal(PoolName.head(image.id()), image.volume());

        assertThatThrownBy(engine::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ROTTEN_IMAGE")
                .hasMessageContaining("chunk 1");
    }

    /** What a newly allocated cluster holds besides what was written is garbage, and it is still there after the crash. */
    @Test
    void anImageThatRestsOnZeroesNobodyWroteIsAFlaw() {
        // Given an image of which a writer left part of a cluster unwritten
        Image image = StoredImages.commit(engine, "disk", new byte[3 << 20]);
        engine.cloneOf(image.volume(), PoolName.head(image.id()));
        engine.delete(image.volume());
        try (AwaitedVolume head =
                AwaitedVolume.open(engine, PoolName.head(image.id()).value(), Access.WRITE)) {
            head.write(0, new byte[4096]).flush();
            assertThat(head.read(0, 8192)).as("while it is open").containsOnly(0);
        }
        engine.seal(PoolName.head(image.id()), image.volume());

        assertThatThrownBy(engine::close).isInstanceOf(AssertionError.class).hasMessageContaining("ROTTEN_IMAGE");
    }
}
