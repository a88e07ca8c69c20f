// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.ondisk.StoredPages.Mask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is told, and refused, of metadata made page by page. That SPDK then agrees is {@code UnreadableMetadataTest}'s to show. */
class StoreCheckTest {
    private static final String POOL = "aio:/pool";
    private static final int OWN = 0;
    private static final int DISK = 1;
    private static final int CLONE = 2;
    private static final int LATER = 5;
    private static final int DISK_EXTENTS = 7;
    private static final int NOBODY = 9;
    private static final int BLANK = 15;
    private static final int FREE = 25;

    /** The store's own volume, a volume of two pages and one of clusters, and another that depends on it. */
    private static StoredPages store() {
        return named(new StoredPages(), "disk")
                .owned(OWN)
                .put(OWN, StoredPages.blob(OWN), StoredPages.text("name", "scrubjay"))
                .put(
                        CLONE,
                        StoredPages.blob(CLONE),
                        StoredPages.parts(
                                StoredPages.text("name", "clone"),
                                StoredPages.text("uuid", "uuid-2"),
                                StoredPages.attribute("SNAP", StoredPages.blob(DISK))))
                .listed(OWN)
                .listed(DISK)
                .listed(CLONE);
    }

    private static StoredPages named(StoredPages store, String name) {
        return store.put(
                        DISK,
                        StoredPages.blob(DISK),
                        StoredPages.parts(StoredPages.text("name", name), StoredPages.text("uuid", "uuid-1")))
                .chain(DISK, LATER)
                .put(LATER, StoredPages.blob(DISK), 1, StoredPages.extentTable(DISK_EXTENTS))
                .put(DISK_EXTENTS, StoredPages.blob(DISK), StoredPages.extents(20, 31, 0, 23));
    }

    private static void check(StoredPages store) {
        StoreCheck.of(POOL, NamePairs.NONE, store).orElseThrow().beforeLoad();
    }

    private static void requireRefused(StoredPages store, String... says) {
        byte[] before = store.bytes();
        assertThatThrownBy(() -> check(store)).isInstanceOf(PoolUnusable.class).hasMessageContainingAll(says);
        assertThat(store.bytes()).isEqualTo(before);
    }

    private static void requireAccepted(StoredPages store) {
        byte[] before = store.bytes();
        check(store);
        assertThat(store.bytes()).isEqualTo(before);
    }

    private static List<Unreadable> missing(StoredPages store, String... uuids) {
        return StoreCheck.of(POOL, NamePairs.NONE, store)
                .orElseThrow()
                .afterLoad(Stream.of(uuids).collect(Collectors.toMap(uuid -> uuid, uuid -> "of-" + uuid)));
    }

    @Test
    void soundMetadataIsAccepted() {
        requireAccepted(store());
        requireAccepted(store().unloaded());
    }

    @ParameterizedTest
    @ValueSource(ints = {OWN, DISK, CLONE, LATER, DISK_EXTENTS, BLANK})
    void aWrongChecksumAfterACrashIsRefusedWithItsPlace(int page) {
        requireRefused(
                store().withDamage(page),
                "metadata page " + page + " (at byte " + StoredPages.offset(page) + ") has a wrong checksum",
                "aio:/pool",
                "nothing was changed");
    }

    @ParameterizedTest
    @ValueSource(ints = {OWN, DISK, CLONE, LATER, DISK_EXTENTS, BLANK})
    void aPageThatCannotBeReadAfterACrashIsRefusedWithItsPlace(int page) {
        requireRefused(
                store().withUnreadable(page),
                "metadata page " + page + " (at byte " + StoredPages.offset(page) + ") cannot be read (errno 5)");
    }

    @ParameterizedTest
    @ValueSource(ints = {OWN, LATER, DISK_EXTENTS})
    void anEmptyPageOfAVolumeAfterACrashIsRefused(int page) {
        requireRefused(store().cleared(page), "metadata page " + page, "is empty");
    }

    @ParameterizedTest
    @ValueSource(ints = {LATER, DISK_EXTENTS})
    void aRefusalSaysWhichVolumeADamagedPageBelongsTo(int page) {
        requireRefused(store().withDamage(page), "the volume 'disk' that begins with metadata page " + DISK + " ");
        requireRefused(store().withUnreadable(page), "the volume 'disk' that begins with metadata page " + DISK + " ");
    }

    @Test
    void aChainThatLeadsToAnotherVolumeIsRefused() {
        requireRefused(store().chain(DISK, CLONE), "metadata page " + CLONE);
    }

    @Test
    void aChainThatLeavesTheStoreIsRefused() {
        requireRefused(store().chain(DISK, StoredPages.PAGES), "metadata page " + StoredPages.PAGES);
    }

    @Test
    void clustersListedByAPageOfAnotherKindAreRefused() {
        requireRefused(
                store().cleared(DISK_EXTENTS).put(DISK_EXTENTS, StoredPages.blob(DISK), new byte[0]),
                "metadata page " + DISK_EXTENTS);
    }

    /** As a crash leaves it right after the first page was emptied, or before it was written. */
    @Test
    void pagesThatNoVolumeLeadsToAreAccepted() {
        requireAccepted(store().cleared(DISK));
    }

    private static StoreCheck checkOfPairs(StoredPages store) {
        NamePairs pairs = names -> names.contains(VolumeName.of("disk")) ? List.of() : List.of(VolumeName.of("clone"));
        return StoreCheck.of(POOL, pairs, store).orElseThrow();
    }

    /** Of a deletion the names would say so. */
    @Test
    void pagesThatNoVolumeLeadsToAreRefusedWhereTheNamesMissTheirVolume() {
        StoredPages store = store().cleared(DISK);
        byte[] before = store.bytes();

        assertThatThrownBy(() -> checkOfPairs(store).beforeLoad())
                .isInstanceOf(PoolUnusable.class)
                .hasMessageContainingAll(
                        "metadata page " + DISK + " (at byte " + StoredPages.offset(DISK) + ") is empty",
                        "is of a volume that began there",
                        "'clone' has lost what belongs to it",
                        "nothing was changed");
        assertThat(store.bytes()).isEqualTo(before);
        assertThat(checkOfPairs(store()).beforeLoad()).contains((long) DISK);
    }

    /** Such as are left of a deletion that a crash cut short, a while ago. */
    @ParameterizedTest
    @ValueSource(ints = {20, 31})
    void pagesThatListWhatAnotherVolumeHasAreOlderThanThat(int cluster) {
        int extents = 11;
        StoredPages store = store().cleared(DISK)
                .cleared(LATER)
                .cleared(CLONE)
                .put(
                        CLONE,
                        StoredPages.blob(CLONE),
                        StoredPages.parts(StoredPages.text("name", "clone"), StoredPages.extentTable(extents)))
                .put(extents, StoredPages.blob(CLONE), StoredPages.extents(cluster));

        assertThat(checkOfPairs(store).beforeLoad()).containsExactly((long) OWN, (long) CLONE);
    }

    /** Nothing is left of it that could be told from what never was. */
    @Test
    void anEmptyPageThatWasAllOfAVolumeIsAccepted() {
        StoredPages store = store().cleared(DISK).cleared(LATER).cleared(DISK_EXTENTS);

        assertThat(checkOfPairs(store).beforeLoad()).containsExactly((long) OWN, (long) CLONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {LATER, DISK_EXTENTS})
    void aVolumeThatACrashLeftHalfDeletedIsTakenOff(int emptied) {
        // Given
        StoredPages store = named(store(), "~deleted-1").cleared(emptied);

        // When
        check(store);

        // Then
        assertThat(store.page(DISK).isBlank()).isTrue();
        assertThat(store.page(CLONE).isFirst(CLONE)).isTrue();
        assertThat(store.isDurable()).isTrue();
    }

    /** Its volume has everything that was the snapshot's by then. */
    @ParameterizedTest
    @ValueSource(ints = {LATER, DISK_EXTENTS})
    void aSnapshotThatACrashLeftMergedAndHalfDeletedIsTakenOff(int emptied) {
        // Given
        StoredPages store = merged(NOBODY).cleared(emptied);

        // When
        check(store);

        // Then
        assertThat(store.page(DISK).isBlank()).isTrue();
        assertThat(store.page(CLONE).isFirst(CLONE)).isTrue();
        assertThat(store.isDurable()).isTrue();
    }

    /** As after a snapshot that failed, and could not be taken back before the pool was closed. */
    @ParameterizedTest
    @ValueSource(ints = {NOBODY, DISK})
    void anUnfinishedSnapshotInAStoreThatWasUnloadedIsLeftToARecovery(int parentOfClone) {
        // Given
        StoredPages store = merged(parentOfClone).unloaded();

        // When
        StoreCheck check = StoreCheck.of(POOL, NamePairs.NONE, store).orElseThrow();
        List<Long> firstPages = check.beforeLoad();

        // Then
        assertThat(firstPages).contains((long) DISK, (long) CLONE);
        assertThat(SuperBlock.read(store).orElseThrow().clean()).isFalse();
        assertThat(check.wasUnloaded()).isFalse();
        assertThat(store.isDurable()).isTrue();
    }

    @Test
    void anUnfinishedSnapshotBesideDamageIsRefused() {
        requireRefused(merged(DISK).unloaded().withDamage(DISK_EXTENTS), "metadata page " + DISK_EXTENTS);
    }

    @Test
    void anEmptyPageOfASnapshotThatItsVolumeStillDependsOnIsRefused() {
        requireRefused(merged(DISK).cleared(LATER), "metadata page " + LATER, "is empty");
    }

    /** The disk as a snapshot that is being merged into the clone. */
    private static StoredPages merged(int parentOfClone) {
        return store().cleared(DISK)
                .put(
                        DISK,
                        StoredPages.blob(DISK),
                        StoredPages.parts(
                                StoredPages.text("name", "disk"),
                                StoredPages.text("uuid", "uuid-1"),
                                StoredPages.attribute("SNAPRM", StoredPages.blob(CLONE))))
                .chain(DISK, LATER)
                .cleared(CLONE)
                .put(
                        CLONE,
                        StoredPages.blob(CLONE),
                        StoredPages.parts(
                                StoredPages.text("name", "clone"),
                                StoredPages.attribute("SNAP", StoredPages.blob(parentOfClone))));
    }

    @Test
    void noMarkVouchesForTheClustersOfWhatIsTakenOff() {
        // Given
        StoredPages store = named(store(), "~deleted-1")
                .cleared(LATER)
                .cleared(CLONE)
                .put(CLONE, StoredPages.blob(CLONE), StoredPages.text("name", "~all-clear"));

        // When
        check(store);

        // Then
        assertThat(store.page(CLONE).isBlank()).isTrue();
    }

    @Test
    void nothingIsTakenOffBesideDamage() {
        requireRefused(named(store(), "~deleted-1").cleared(LATER).withDamage(CLONE), "metadata page " + CLONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {DISK, CLONE, LATER, DISK_EXTENTS, BLANK})
    void aDamagedStoreThatWasUnloadedIsAccepted(int page) {
        requireAccepted(store().unloaded().withDamage(page));
        requireAccepted(store().unloaded().withUnreadable(page));
        requireAccepted(store().unloaded().cleared(page));
    }

    static Stream<Arguments> listedThings() {
        return Stream.of(Mask.values())
                .flatMap(mask -> store().unloaded().bits(mask).stream().mapToObj(bit -> Arguments.of(mask, bit)));
    }

    /** SPDK would give it to somebody else, or not show it. */
    @ParameterizedTest
    @MethodSource("listedThings")
    void aListThatLacksWhatIsInUseIsDropped(Mask mask, int bit) {
        requireDropped(store().unloaded().withFlipped(mask, bit));
    }

    private static void requireDropped(StoredPages store) {
        StoreCheck check = StoreCheck.of(POOL, NamePairs.NONE, store).orElseThrow();
        assertThat(check.beforeLoad()).containsExactly((long) OWN, (long) DISK, (long) CLONE);
        assertThat(SuperBlock.read(store).orElseThrow().clean()).isFalse();
        assertThat(check.wasUnloaded()).isFalse();
        assertThat(store.isDurable()).isTrue();
    }

    /** A type, and a number of bits. */
    @ParameterizedTest
    @EnumSource
    void aListWithAWrongHeadIsDropped(Mask mask) {
        for (int bit = 0; bit < 40; bit++) {
            StoredPages store = store().unloaded().withFlippedMask(mask, bit);
            if (mask == Mask.CLUSTERS && bit >= 8 && bit != 8 + 5) {
                // More clusters than there are: SPDK leaves them out.
                requireAccepted(store);
            } else {
                requireDropped(store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListThatCannotBeReadIsDropped(Mask mask) {
        StoredPages store = store().unloaded().withUnreadable(mask);
        check(store);
        assertThat(SuperBlock.read(store).orElseThrow().clean()).isFalse();
    }

    /** Its clusters are known by the list only. */
    @ParameterizedTest
    @ValueSource(ints = {DISK, LATER, DISK_EXTENTS, CLONE})
    void aListThatLacksSomethingIsNotDroppedBesideDamage(int page) {
        requireRefused(store().unloaded().withFlipped(Mask.PAGES, OWN).withDamage(page), "metadata page " + page);
        requireRefused(store().unloaded().withFlipped(Mask.PAGES, OWN).cleared(page), "metadata page " + page);
        requireRefused(store().unloaded().withFlipped(Mask.PAGES, OWN).withUnreadable(page), "metadata page " + page);
    }

    /** Such as one that was deleted, if the device has lost the write that emptied its page. */
    @Test
    void aVolumeThatIsNotListedAndHasWhatAnotherHasIsRefused() {
        int extents = 11;
        requireRefused(
                store().put(
                                NOBODY,
                                StoredPages.blob(NOBODY),
                                StoredPages.parts(
                                        StoredPages.text("name", "~deleted-1"), StoredPages.extentTable(extents)))
                        .put(extents, StoredPages.blob(NOBODY), StoredPages.extents(31))
                        .unloaded(),
                "lists cluster 31");
    }

    /** Nobody gets what nobody has. */
    @ParameterizedTest
    @EnumSource
    void aListThatHasMoreThanIsInUseIsBelieved(Mask mask) {
        requireAccepted(store().unloaded().withFlipped(mask, mask == Mask.CLUSTERS ? FREE : BLANK));
    }

    @Test
    void aStoreWhoseOwnNameIsDamagedIsRefused() {
        requireRefused(store().unloaded().withDamage(OWN), "metadata page " + OWN);
    }

    @Test
    void nothingIsMissingWhenSpdkHasAll() {
        assertThat(missing(store().unloaded(), "uuid-1", "uuid-2")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {DISK, LATER, DISK_EXTENTS})
    void aDamagedVolumeIsMissingUnderItsName(int page) {
        assertThat(missing(store().unloaded().withDamage(page), "uuid-2"))
                .singleElement()
                .satisfies(unknown -> {
                    assertThat(unknown.name()).contains(VolumeName.of("disk"));
                    assertThat(unknown.place()).contains("metadata page " + page);
                    assertThat(unknown.reason()).contains("checksum");
                    assertThat(unknown.errno()).isZero();
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {DISK, LATER, DISK_EXTENTS})
    void aVolumeThatCannotBeReadIsMissingWithTheErrorsNumber(int page) {
        assertThat(missing(store().unloaded().withUnreadable(page), "uuid-2"))
                .singleElement()
                .satisfies(unknown -> {
                    assertThat(unknown.name()).isEqualTo(page == DISK ? Optional.empty() : named("disk"));
                    assertThat(unknown.place()).contains("metadata page " + page);
                    assertThat(unknown.errno()).isEqualTo(5);
                });
    }

    private static Optional<VolumeName> named(String name) {
        return Optional.of(VolumeName.of(name));
    }

    @Test
    void anEmptiedPageOfAListedVolumeIsMissing() {
        assertThat(missing(store().unloaded().cleared(DISK), "uuid-2"))
                .singleElement()
                .satisfies(unknown -> assertThat(unknown.name()).isEmpty());
    }

    /** SPDK ends deletions while it loads, when it has written its list already. */
    @Test
    void anEmptiedPageAfterACrashIsADeletionThatHasEnded() {
        assertThat(missing(store().cleared(DISK), "uuid-2")).isEmpty();
    }

    @Test
    void aVolumeThatDependsOnADamagedOneIsMissingToo() {
        assertThat(missing(store().unloaded().withDamage(DISK)))
                .extracting(Unreadable::name)
                .containsExactly(named("disk"), named("clone"));
    }

    @Test
    void noNameIsTakenFromAVolumeThatHasIt() {
        assertThat(missing(named(store(), "of-uuid-2").unloaded().withDamage(LATER), "uuid-2"))
                .singleElement()
                .satisfies(unknown -> assertThat(unknown.name()).isEmpty());
    }
}
