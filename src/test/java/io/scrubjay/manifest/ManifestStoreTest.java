// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.EngineException.VolumeExists;
import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/** The store over a pool whose new clusters hold garbage, used by the rules. */
class ManifestStoreTest {
    private static final long CAPACITY_BYTES = 64 << 20;

    private FlakyEngine engine = open("16K");
    private ManifestStore store = new ManifestStore(engine);
    private final Manifest manifest = Samples.golden();
    private final ImageId id = manifest.id();

    private static FlakyEngine open(String clusterSize) {
        return open(pool(ClusterSize.parse(clusterSize), CAPACITY_BYTES));
    }

    /** Manifests without their bytes or with others, damage, and what fills the pool up: all that the store has to cope with. */
    private static TestPool pool(ClusterSize clusterSize, long capacityBytes) {
        return TestPool.of(clusterSize, capacityBytes)
                .mayHold(Flaw.ROTTEN_IMAGE, Flaw.MISSING_PART, Flaw.DAMAGED_RECORD, Flaw.FOREIGN_VOLUME);
    }

    private static FlakyEngine open(TestPool pool) {
        return new FlakyEngine(pool.open());
    }

    @AfterEach
    void close() {
        engine.heal().close();
    }

    // --- manifests

    @ParameterizedTest(name = "{1} leaves, clusters of {0}")
    @CsvSource({"4K, few", "4K, many", "16K, few", "64K, many", "1M, few", "2M, many", "16M, few"})
    void committedManifestReadsBack(String clusterSize, String leaves) {
        engine.close();
        engine = open(clusterSize);
        store = new ManifestStore(engine);
        Manifest any = leaves.equals("few") ? Samples.manifest(7, 200) : Samples.large(id);

        store.stage(any);
        store.commit(any.id());

        assertThat(store.read(any.id())).isEqualTo(any);
        assertThat(store.header(any.id())).isEqualTo(any.header());
        assertThat(names()).containsExactly(PoolName.manifest(any.id()));
        assertRestIsZeroes(any);
    }

    /** INVARIANT I-2: every byte behind the record was written; the engine below would show garbage otherwise. */
    private void assertRestIsZeroes(Manifest written) {
        byte[] record = Samples.bytes(new ManifestEncoder(written));
        try (AwaitedVolume volume =
                AwaitedVolume.open(engine, PoolName.manifest(written.id()).value(), Access.VERIFY)) {
            byte[] stored = volume.readAll();
            assertThat(stored).isEqualTo(Arrays.copyOf(record, stored.length));
        }
    }

    @Test
    void stagedManifestIsNoImageYet() {
        store.stage(manifest);

        assertThat(store.isCommitted(id)).isFalse();
        assertThatThrownBy(() -> store.read(id)).isInstanceOf(VolumeNotFound.class);
        assertThatThrownBy(() -> store.header(id)).isInstanceOf(VolumeNotFound.class);
        assertThat(store.scan().leftovers()).containsExactly(PoolName.stagedManifest(id));
    }

    @Test
    void nothingStagedCannotBeCommitted() {
        assertThatThrownBy(() -> store.commit(id)).isInstanceOf(VolumeNotFound.class);
        assertThat(store.isCommitted(id)).isFalse();
    }

    @Test
    void committedManifestIsNeverReplaced() {
        commit(manifest);
        Manifest other = Samples.manifest(id, 99, new Random(1), 1);

        store.stage(other);

        assertThatThrownBy(() -> store.commit(id)).isInstanceOf(VolumeExists.class);
        assertThat(store.read(id)).isEqualTo(manifest);
    }

    @Test
    void stageReplacesWhatAnEarlierTryLeft() {
        engine.create(PoolName.stagedManifest(id), 1, Provisioning.THIN);

        commit(manifest);

        assertThat(store.read(id)).isEqualTo(manifest);
    }

    @Test
    void mediumThatGivesBackOtherBytesIsFoundBeforeTheCommit() {
        engine.flipBit(PoolName.stagedManifest(id), 300, 3);

        assertThatThrownBy(() -> store.stage(manifest))
                .isInstanceOf(ManifestDamaged.class)
                .hasMessageContaining("at byte 300");
        store.revoke(id);
        store.removeRest(id);
        assertThat(names()).isEmpty();
    }

    @Test
    void fullPoolFailsTheStageAndNothingRemainsOnceItIsAbandoned() {
        engine.close();
        engine = open(pool(ClusterSize.parse("4K"), 1 << 20));
        store = new ManifestStore(engine);

        assertThatThrownBy(() -> store.stage(Samples.large(id))).isInstanceOf(NoSpace.class);
        store.revoke(id);
        store.removeRest(id);
        assertThat(names()).isEmpty();
    }

    @Test
    void abandonedImageIsGoneHoweverFarItCame() {
        store.revoke(id);
        store.removeRest(id);
        store.stage(manifest);
        store.revoke(id);
        store.removeRest(id);
        assertThat(names()).isEmpty();

        commit(manifest);
        store.revoke(id);
        store.removeRest(id);
        assertThat(names()).isEmpty();
    }

    @Test
    void deletedImageIsGone() {
        commit(manifest);

        store.delete(id);

        assertThat(store.isCommitted(id)).isFalse();
        assertThatThrownBy(() -> store.delete(id)).isInstanceOf(VolumeNotFound.class);
        assertThat(names()).containsExactly(PoolName.deleted(id.stored()));
    }

    @Test
    void deletionGoesThroughOnAPoolThatHasNoRoomForANewName() {
        commit(manifest);
        snapshot(id);
        engine.failOnce(1, FlakyEngine.Moment.BEFORE, () -> new NoSpace(1, 0));

        store.delete(id);

        assertThat(names()).containsExactly(PoolName.deleted(id.stored()), PoolName.snapshot(id));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void deletionOnAFullPoolHasHappenedOnceTheRecordIsGone(FlakyEngine.Moment moment) {
        // Once the rename has been refused: the deletion of the record, then the note.
        for (int failing = 1; failing <= 2; failing++) {
            reopenOn(pool(ClusterSize.parse("16K"), CAPACITY_BYTES));
            commit(manifest);
            snapshot(id);
            int then = failing;
            engine.failOnce(1, FlakyEngine.Moment.BEFORE, () -> {
                engine.failOnce(then, moment, () -> new DeviceFailed("a call", FlakyEngine.EIO));
                return new NoSpace(1, 0);
            });

            Throwable failure = catchThrowable(() -> store.delete(id));

            assertThat(engine.fired()).isTrue();
            assertThat(failure != null)
                    .as("whether the deletion is said to have failed: %s", failure)
                    .isEqualTo(store.isCommitted(id));
            assertThat(names()).contains(PoolName.snapshot(id));
        }
    }

    @Test
    void deletionThatHasBegunIsFinishedByTheNextStart() {
        commit(manifest);
        snapshot(id);
        store.quarantine(Samples.marker(id));
        store.delete(id);

        Sweep sweep = store.removeLeftovers();

        assertThat(sweep.removed())
                .containsExactly(PoolName.snapshot(id), PoolName.quarantine(id), PoolName.deleted(id.stored()));
        assertThat(names()).isEmpty();
    }

    @Test
    void whatSaysThatTheRestIsToGoStaysAsLongAsTheRest() {
        commit(manifest);
        snapshot(id);
        store.delete(id);

        try (AwaitedVolume open =
                AwaitedVolume.open(engine, PoolName.snapshot(id).value(), Access.READ)) {
            Sweep sweep = store.removeLeftovers();

            assertThat(sweep.refused()).containsOnlyKeys(open.volume().name());
            assertThat(names()).containsExactly(PoolName.deleted(id.stored()), PoolName.snapshot(id));
        }
    }

    @Test
    void bytesAndMarkersWithoutARecordAreKept() {
        VolumeId other = Samples.volume(Samples.id(1));
        commit(manifest);
        snapshot(id);
        store.quarantine(Samples.marker(id));
        engine.create(PoolName.volume(other), 1, Provisioning.THIN);
        engine.delete(PoolName.manifest(id));

        Sweep sweep = store.removeLeftovers();

        assertThat(sweep.removed()).isEmpty();
        assertThat(store.missing())
                .extracting(missing -> missing.name().orElseThrow())
                .containsExactlyInAnyOrder(PoolName.manifest(id), PoolName.label(other));
        assertThat(store.missing().toString())
                .contains(PoolName.snapshot(id).value(), PoolName.quarantine(id).value());
        assertThat(store.scan().damaged()).singleElement().satisfies(missing -> {
            assertThat(missing.id()).isEqualTo(id);
            assertThat(missing.why()).isEqualTo(PoolInventory.Why.MISSING);
        });
    }

    /** As what cannot be read is, so that one path is understood as the other. */
    @Test
    void whatIsMissingFromADirectoryHasAPathBelowIt(@TempDir Path directory) {
        try (StorageEngine files = FileEngine.open(FilePool.at(directory).withClusterSize(ClusterSize.parse("64K")))) {
            VolumeId id = VolumeId.random();
            files.create(PoolName.label(id), 1, Provisioning.THIN);

            assertThat(new ManifestStore(files).missing())
                    .extracting(Unreadable::place)
                    .containsExactly("volumes/" + PoolName.volume(id));
        }
    }

    // --- damage

    @Test
    void damagedLeafFailsTheManifestAndNotItsHeader() {
        commit(manifest);
        change(PoolName.manifest(id), Samples.resource("manifest-v1.hex").length - 40);

        assertThatThrownBy(() -> store.read(id)).isInstanceOf(ManifestDamaged.class);
        assertThat(store.header(id)).isEqualTo(manifest.header());
    }

    @Test
    void damagedHeaderFailsBoth() {
        commit(manifest);
        change(PoolName.manifest(id), 100);

        assertThatThrownBy(() -> store.read(id)).isInstanceOf(ManifestDamaged.class);
        assertThatThrownBy(() -> store.header(id)).isInstanceOf(ManifestDamaged.class);
    }

    @Test
    void manifestOfAnotherImageIsDamage() {
        commit(manifest);
        engine.rename(PoolName.manifest(id), PoolName.manifest(Samples.id(1)));

        assertThatThrownBy(() -> store.read(Samples.id(1))).isInstanceOf(ManifestDamaged.class);
        assertThatThrownBy(() -> store.header(Samples.id(1))).isInstanceOf(ManifestDamaged.class);
    }

    @Test
    void damagedManifestKeepsItsSnapshotAndItsQuarantine() {
        commit(manifest);
        snapshot(id);
        store.quarantine(Samples.marker(id));
        change(PoolName.manifest(id), 0);

        PoolInventory scan = store.scan();
        Sweep sweep = store.removeLeftovers();

        assertThat(scan.images()).isEmpty();
        assertThat(scan.damaged()).extracting(PoolInventory.Damaged::id).containsExactly(id);
        assertThat(scan.quarantines()).containsExactly(Samples.marker(id));
        assertThat(scan.leftovers()).isEmpty();
        assertThat(sweep.removed()).isEmpty();
        assertThat(names())
                .containsExactlyInAnyOrder(PoolName.manifest(id), PoolName.snapshot(id), PoolName.quarantine(id));
    }

    @Test
    void unreadableManifestIsOneImagesDamage() {
        commit(manifest);
        Manifest other = Samples.manifest(Samples.id(1), 99, new Random(1), 1);
        commit(other);
        engine.failReads(PoolName.manifest(id), new ByteRange(0, 1));

        PoolInventory scan = store.scan();

        assertThat(scan.damaged()).extracting(PoolInventory.Damaged::id).containsExactly(id);
        assertThat(scan.images()).containsExactly(other.header());
    }

    // --- quarantine

    @Test
    void quarantineSurvivesReopening() {
        engine.close();
        TestPool pool = pool(ClusterSize.parse("4K"), CAPACITY_BYTES);
        engine = open(pool);
        store = new ManifestStore(engine);
        commit(manifest);

        Quarantine made = store.quarantine(Samples.marker(id));
        engine.close();
        engine = open(pool);
        store = new ManifestStore(engine);

        assertThat(made).isEqualTo(Samples.marker(id));
        assertThat(store.quarantines()).containsExactly(Samples.marker(id));
        assertThat(store.scan().quarantines()).containsExactly(Samples.marker(id));
    }

    @Test
    void quarantinedImageKeepsItsFirstMarker() {
        commit(manifest);
        store.quarantine(Samples.marker(id));

        Quarantine second =
                store.quarantine(QuarantineMarker.of(manifest.header(), "other", "later", Instant.EPOCH, List.of()));

        assertThat(second).isEqualTo(Samples.marker(id));
        assertThat(store.quarantines()).containsExactly(Samples.marker(id));
    }

    @Test
    void quarantineOutlastsTheLossOfItsMarkersVolume() {
        commit(manifest);
        store.quarantine(Samples.marker(id));

        engine.delete(PoolName.quarantine(id));

        assertThat(store.quarantines()).containsExactly(Samples.marker(id));
        assertThat(store.quarantine(Samples.marker(id))).isEqualTo(Samples.marker(id));
        assertThat(names()).as("no second marker of that name").containsExactly(PoolName.manifest(id));
    }

    @Test
    void markerOfAnOlderVersionIsPutIntoTheRoomToo() {
        commit(manifest);
        store.quarantine(Samples.marker(id));
        new MarkerRoom(engine).clear(id);

        store.keepMarkerTwice(id);
        engine.delete(PoolName.quarantine(id));

        assertThat(store.quarantines()).containsExactly(Samples.marker(id));
        assertThat(store.read(id)).isEqualTo(manifest);
    }

    @Test
    void whatDoesNotExistCannotBeQuarantined() {
        store.stage(manifest);

        assertThatThrownBy(() -> store.quarantine(Samples.marker(id))).isInstanceOf(VolumeNotFound.class);
        assertThat(store.quarantines()).isEmpty();
    }

    @Test
    void liftedQuarantineIsOver() {
        commit(manifest);
        store.quarantine(Samples.marker(id));

        store.lift(id);
        store.lift(id);

        assertThat(store.quarantines()).isEmpty();
        assertThat(store.isCommitted(id)).isTrue();
    }

    @Test
    void illegibleMarkerQuarantinesAllTheSame() {
        commit(manifest);
        store.quarantine(Samples.marker(id));
        change(PoolName.quarantine(id), 50);

        List<Quarantine> quarantines = store.quarantines();

        assertThat(quarantines).hasSize(1);
        assertThat(quarantines.get(0)).isInstanceOf(Quarantine.Illegible.class);
        assertThat(quarantines.get(0).id()).isEqualTo(id);
    }

    // --- quarantine on a full pool

    @ParameterizedTest(name = "clusters of {0}, {1} leaves")
    @CsvSource({"4K, few", "4K, many", "16K, few", "64K, many", "1M, few", "2M, many"})
    void quarantineOnFullPoolSurvivesReopening(String clusterSize, String leaves) {
        // Given
        TestPool pool = reopenOn(pool(ClusterSize.parse(clusterSize), CAPACITY_BYTES));
        Manifest any = leaves.equals("few") ? Samples.manifest(7, 200) : Samples.large(id);
        commit(any);
        fillPool();

        // When
        Quarantine made = store.quarantine(Samples.marker(any.id()));
        reopenOn(pool);

        // Then
        assertThat(made).isEqualTo(Samples.marker(any.id()));
        assertThat(store.quarantines()).containsExactly(Samples.marker(any.id()));
        assertThat(store.scan().quarantines()).containsExactly(Samples.marker(any.id()));
        assertThat(store.read(any.id())).isEqualTo(any);
        assertThat(names()).containsExactlyInAnyOrder(PoolName.manifest(any.id()), VolumeName.of("ballast"));
        assertThat(store.quarantine(Samples.marker(any.id())))
                .as("the first marker stays")
                .isEqualTo(made);
    }

    @Test
    void longMarkerOnFullPoolListsFewerFindingsAndCountsAll() {
        List<FindingLine> findings = LongStream.range(0, QuarantineMarker.FINDINGS_MAX)
                .mapToObj(chunk -> new FindingLine(chunk, "mismatch"))
                .toList();
        QuarantineMarker marker =
                QuarantineMarker.of(manifest.header(), "scrub-finding", "\u20ac".repeat(1000), Instant.EPOCH, findings);
        commit(manifest);
        fillPool();

        Quarantine made = store.quarantine(marker);

        assertThat(store.quarantines()).containsExactly(made);
        QuarantineMarker kept = (QuarantineMarker) made;
        assertThat(kept.findingCount()).isEqualTo(QuarantineMarker.FINDINGS_MAX);
        assertThat(kept.message()).isEqualTo(marker.message());
        assertThat(kept.findings())
                .isNotEmpty()
                .isEqualTo(findings.subList(0, kept.findings().size()));
    }

    @Test
    void quarantineOnFullPoolCanBeLifted() {
        commit(manifest);
        fillPool();
        store.quarantine(Samples.marker(id));

        store.lift(id);

        assertThat(store.quarantines()).isEmpty();
        assertThat(store.read(id)).isEqualTo(manifest);
    }

    @Test
    void damagedMarkerBehindTheManifestQuarantinesAllTheSame() {
        commit(manifest);
        fillPool();
        store.quarantine(Samples.marker(id));
        change(PoolName.manifest(id), roomOffset() + 50);

        assertThat(store.quarantines()).singleElement().isInstanceOf(Quarantine.Illegible.class);
    }

    @Test
    void otherBytesBehindTheManifestAreNoQuarantine() {
        commit(manifest);
        change(PoolName.manifest(id), roomOffset() + 50);

        assertThat(store.quarantines()).isEmpty();
        assertThat(store.read(id)).isEqualTo(manifest);
    }

    /** The manifest fills its volume to the last byte, as an older version may have left it. */
    @Test
    void manifestWithoutRoomGetsItWhileThePoolHasAny() {
        // Given
        TestPool pool = reopenOn(pool(ClusterSize.parse("4K"), CAPACITY_BYTES));
        writeWithoutRoom();

        // When
        store.keepRoomForMarker(id);
        fillPool();
        store.quarantine(Samples.marker(id));
        reopenOn(pool);

        // Then
        assertThat(store.quarantines()).containsExactly(Samples.marker(id));
        assertThat(store.read(id)).isEqualTo(manifest);
    }

    @Test
    void manifestWithoutRoomOnFullPoolIsRefusedAndStaysAsItIs() {
        reopenOn(pool(ClusterSize.parse("4K"), CAPACITY_BYTES));
        writeWithoutRoom();
        fillPool();

        assertThatThrownBy(() -> store.keepRoomForMarker(id)).isInstanceOf(NoSpace.class);
        assertThatThrownBy(() -> store.quarantine(Samples.marker(id))).isInstanceOf(NoSpace.class);

        assertThat(store.quarantines()).isEmpty();
        assertThat(store.read(id)).isEqualTo(manifest);
    }

    private void writeWithoutRoom() {
        new RecordVolume(engine, PoolName.manifest(id))
                .write(() -> new ManifestEncoder(manifest), LongUnaryOperator.identity());
    }

    private TestPool reopenOn(TestPool pool) {
        engine.close();
        engine = open(pool);
        store = new ManifestStore(engine);
        return pool;
    }

    private void fillPool() {
        engine.create(VolumeName.of("ballast"), engine.usage().freeClusters() * clusterBytes(), Provisioning.THICK);
        assertThat(engine.usage().freeClusters()).isZero();
    }

    private int clusterBytes() {
        return engine.traits().clusterSize().bytes();
    }

    private int roomOffset() {
        return Math.toIntExact(
                engine.find(PoolName.manifest(id)).orElseThrow().sizeBytes() - MarkerRoom.MARKER_BYTES_MAX);
    }

    // --- start-up

    @Test
    void scanTellsEverythingApart() {
        // Given
        Manifest second = Samples.manifest(Samples.id(2), 99, new Random(1), 1);
        commit(manifest);
        snapshot(id);
        commit(second);
        List<VolumeName> leftovers = leaveEveryKindOfLeftover();
        VolumeName user = VolumeName.of("image-of-somebody");
        engine.create(user, 1, Provisioning.THIN);

        // When
        PoolInventory scan = store.scan();

        // Then
        assertThat(scan.images()).containsExactlyInAnyOrder(manifest.header(), second.header());
        assertThat(scan.damaged()).isEmpty();
        assertThat(scan.withoutSnapshot()).containsExactly(second.id());
        assertThat(scan.leftovers()).containsExactlyInAnyOrderElementsOf(leftovers);
        assertThat(scan.others()).containsExactly(user);
    }

    @Test
    void leftoversAndNothingElseAreRemoved() {
        commit(manifest);
        snapshot(id);
        store.quarantine(Samples.marker(id));
        engine.create(VolumeName.of("data"), 1, Provisioning.THIN);
        List<VolumeName> whole = names();
        List<VolumeName> leftovers = leaveEveryKindOfLeftover();

        Sweep sweep = store.removeLeftovers();

        assertThat(sweep.removed()).containsExactlyInAnyOrderElementsOf(leftovers);
        assertThat(sweep.refused()).isEmpty();
        assertThat(names()).isEqualTo(whole);
    }

    @Test
    void leftoverThatCannotBeDeletedKeepsNoOther() {
        List<VolumeName> leftovers = leaveEveryKindOfLeftover();
        VolumeName inUse = leftovers.get(0);

        try (AwaitedVolume open = AwaitedVolume.open(engine, inUse.value(), Access.READ)) {
            Sweep sweep = store.removeLeftovers();

            assertThat(sweep.refused()).containsOnlyKeys(inUse);
            assertThat(sweep.refused().get(inUse)).isInstanceOf(VolumeInUse.class);
            assertThat(open.volume().name()).isEqualTo(inUse);
            assertThat(names())
                    .containsExactlyInAnyOrderElementsOf(leftovers.stream()
                            .filter(name -> name.value().endsWith(Samples.id(9).hex()))
                            .toList());
        }
    }

    @Test
    void headAndTheSnapshotItDependsOnAreBothRemoved() {
        engine.create(PoolName.head(id), 1, Provisioning.THIN);
        store.begin(id);
        engine.snapshot(PoolName.head(id), PoolName.snapshot(id));

        Sweep sweep = store.removeLeftovers();

        assertThat(sweep.removed())
                .containsExactly(PoolName.head(id), PoolName.snapshot(id), PoolName.stagedManifest(id));
        assertThat(names()).isEmpty();
    }

    private List<VolumeName> leaveEveryKindOfLeftover() {
        ImageId gone = Samples.id(9);
        List<VolumeName> volumes = List.of(
                PoolName.head(gone),
                PoolName.stagedManifest(gone),
                PoolName.stagedQuarantine(gone),
                PoolName.quarantine(gone),
                PoolName.volume(Samples.volume(gone)),
                PoolName.stagedLabel(Samples.volume(gone)),
                PoolName.volumeSnapshot(gone));
        volumes.forEach(name -> engine.create(name, 1, Provisioning.THIN));
        snapshot(Samples.id(8));
        engine.create(PoolName.deleted(Samples.id(8).stored()), 1, Provisioning.THIN);
        return Stream.concat(
                        volumes.stream(),
                        Stream.of(
                                PoolName.snapshot(Samples.id(8)),
                                PoolName.deleted(Samples.id(8).stored())))
                .toList();
    }

    private void commit(Manifest wanted) {
        store.stage(wanted);
        store.commit(wanted.id());
    }

    private void snapshot(ImageId of) {
        engine.create(PoolName.head(of), 1, Provisioning.THIN);
        engine.seal(PoolName.head(of), PoolName.snapshot(of));
    }

    /** Changes one byte behind the store's back. */
    private void change(VolumeName name, int offset) {
        int block = engine.traits().ioAlignmentBytes();
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name.value(), Access.WRITE)) {
            byte[] bytes = volume.readAll();
            bytes[offset] ^= 0x10;
            int at = offset / block * block;
            volume.write(at, Arrays.copyOfRange(bytes, at, at + block)).flush();
        }
    }

    private List<VolumeName> names() {
        return names(engine);
    }

    private static List<VolumeName> names(StorageEngine engine) {
        return engine.list().stream().map(VolumeSummary::name).toList();
    }
}
