// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;

import static org.assertj.core.api.Assertions.assertThat;

/** What is made of metadata as a crash leaves it. That SPDK then agrees is {@code KilledChangeTest}'s to show. */
class UnfinishedSnapshotsTest {
    private static final int VOLUME = 0;
    private static final int PARENT = 1;
    private static final int SNAPSHOT = 2;
    private static final int LATER = 5;
    private static final int VOLUME_EXTENTS = 7;
    private static final int SNAPSHOT_EXTENTS = 8;

    /** A snapshot with a mark that names the volume, which shows through to a parent. */
    private static StoredPages store(String mark, int parentOfVolume) {
        return new StoredPages()
                .put(PARENT, StoredPages.blob(PARENT), new byte[0])
                .put(
                        VOLUME,
                        StoredPages.blob(VOLUME),
                        StoredPages.parts(
                                StoredPages.attribute("SNAP", StoredPages.blob(parentOfVolume)),
                                StoredPages.extentTable(VOLUME_EXTENTS)))
                .put(
                        SNAPSHOT,
                        StoredPages.blob(SNAPSHOT),
                        StoredPages.parts(
                                StoredPages.attribute("SNAP", StoredPages.blob(PARENT)),
                                StoredPages.attribute(mark, StoredPages.blob(VOLUME)),
                                StoredPages.extentTable(SNAPSHOT_EXTENTS)))
                .put(VOLUME_EXTENTS, StoredPages.blob(VOLUME), StoredPages.extents(20, 31, 0, 23))
                .put(SNAPSHOT_EXTENTS, StoredPages.blob(SNAPSHOT), StoredPages.extents(30, 31, 32, 0));
    }

    private static void requireUnchanged(StoredPages store) {
        byte[] before = store.bytes();
        UnfinishedSnapshots.end(store, StoredPages.all());
        assertThat(store.bytes()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SNAPRM", "SNAPTMP"})
    void aSnapshotThatItsVolumeDoesNotHangOnGoes(String mark) {
        // Given
        StoredPages store = store(mark, PARENT);

        // When
        UnfinishedSnapshots.end(store, StoredPages.all());

        // Then
        assertThat(store.page(SNAPSHOT).bytes()).isEqualTo(ByteBuffer.allocate(MetadataPage.BYTES));
        assertThat(store.page(VOLUME).bytes())
                .isEqualTo(store(mark, PARENT).page(VOLUME).bytes());
        assertThat(store.isDurable()).isTrue();
    }

    @Test
    void aVolumeThatHangsOnAHalfMergedSnapshotGivesItsClustersBack() {
        // Given
        StoredPages store = store("SNAPRM", SNAPSHOT);

        // When
        UnfinishedSnapshots.end(store, StoredPages.all());

        // Then
        assertThat(store.page(VOLUME_EXTENTS).bytes())
                .isEqualTo(new StoredPages()
                        .put(VOLUME_EXTENTS, StoredPages.blob(VOLUME), StoredPages.extents(20, 0, 0, 23))
                        .page(VOLUME_EXTENTS)
                        .bytes());
        assertThat(store.page(SNAPSHOT).isFirst(SNAPSHOT)).isTrue();
        assertThat(store.isDurable()).isTrue();
    }

    @Test
    void aMarkOnALaterPageOfTheChainCounts() {
        // Given
        StoredPages store = store("SNAPRM", PARENT)
                .put(SNAPSHOT, StoredPages.blob(SNAPSHOT), new byte[0])
                .chain(SNAPSHOT, LATER)
                .put(LATER, StoredPages.blob(SNAPSHOT), 1, StoredPages.attribute("SNAPRM", StoredPages.blob(VOLUME)));

        // When
        UnfinishedSnapshots.end(store, StoredPages.all());

        // Then
        assertThat(store.page(SNAPSHOT).isFirst(SNAPSHOT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {PARENT, SNAPSHOT})
    void whatIsDoneIsNotDoneAgain(int parentOfVolume) {
        // Given
        StoredPages store = store("SNAPRM", parentOfVolume);

        // When
        UnfinishedSnapshots.end(store, StoredPages.all());

        // Then
        requireUnchanged(store);
    }

    @Test
    void aSnapshotThatWasMadeStays() {
        requireUnchanged(store("SNAPTMP", SNAPSHOT));
    }

    @Test
    void aStoreThatWasUnloadedIsNotTouched() {
        requireUnchanged(store("SNAPRM", PARENT).unloaded());
    }

    @Test
    void aDamagedSuperBlockIsLeftToSpdk() {
        requireUnchanged(store("SNAPRM", PARENT).withDamagedSuperBlock());
    }

    @ParameterizedTest
    @ValueSource(ints = {VOLUME, SNAPSHOT})
    void damagedMetadataIsLeftToSpdk(int page) {
        requireUnchanged(store("SNAPRM", PARENT).withDamage(page));
    }

    @ParameterizedTest
    @ValueSource(ints = {VOLUME_EXTENTS, SNAPSHOT_EXTENTS})
    void damagedListsOfClustersAreLeftToSpdk(int page) {
        requireUnchanged(store("SNAPRM", SNAPSHOT).withDamage(page));
    }

    @Test
    void aChainThatLeadsInACircleIsLeftToSpdk() {
        requireUnchanged(store("SNAPRM", PARENT).chain(SNAPSHOT, SNAPSHOT));
    }

    @Test
    void aChainThatLeavesTheStoreIsLeftToSpdk() {
        requireUnchanged(store("SNAPRM", PARENT).chain(SNAPSHOT, StoredPages.PAGES));
    }
}
