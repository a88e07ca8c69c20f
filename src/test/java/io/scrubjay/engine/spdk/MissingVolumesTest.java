// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.MetadataFaults.Fault;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What can be done with a pool some volumes of which cannot be read, and what not: nothing that could cost them bytes. */
@NeedsSpdk
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MissingVolumesTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName SNAPSHOT = VolumeName.of("snapshot");
    private static final VolumeName CLONE = VolumeName.of("clone");
    private static final VolumeName NEW = VolumeName.of("new");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, 3 * CLUSTER);

    @TempDir
    Path directory;

    private SpdkPool pool;
    private MetadataFaults faults;
    private Map.Entry<Long, byte[]> broken;

    /** A volume whose bytes are its snapshot's, which a clone shares. */
    @BeforeEach
    void fillAPool() {
        pool = DeviceKind.AIO.pool(directory, 20);
        faults = new MetadataFaults(device());
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(VOLUME, BYTES.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "volume", Access.WRITE)) {
                volume.write(0, BYTES).flush();
            }
            engine.snapshot(VOLUME, SNAPSHOT);
            engine.cloneOf(SNAPSHOT, CLONE);
            ClearedPool.await(engine);
        }
    }

    private Path device() {
        return directory.resolve(TestDevice.FILE_NAME);
    }

    private void breakFirstPageOf(String name) throws IOException {
        broken = firstPageOf(name);
        faults.breakPage(Fault.FLIPPED, broken.getKey(), broken.getValue());
    }

    private Map.Entry<Long, byte[]> firstPageOf(String beginning) throws IOException {
        return faults.pages().entrySet().stream()
                .filter(page -> MetadataFaults.beginsAVolume(page.getValue()))
                .filter(page -> MetadataFaults.nameOn(page.getValue())
                        .map(name -> name.startsWith(beginning))
                        .orElse(false))
                .findFirst()
                .orElseThrow();
    }

    private void mend() throws IOException {
        faults.mendPage(broken.getKey(), broken.getValue());
    }

    private static void requireBytes(SpdkEngine engine, VolumeName name) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name.value(), Access.READ)) {
            assertThat(volume.readAll()).as("%s", name).isEqualTo(BYTES);
        }
    }

    private static void fillUp(SpdkEngine engine) {
        long free = engine.usage().freeClusters();
        engine.create(NEW, free * CLUSTER, Provisioning.THICK);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "new", Access.WRITE)) {
            volume.write(0, AwaitedVolume.pattern(2, Math.toIntExact(free * CLUSTER)))
                    .flush();
        }
    }

    @Test
    void whatDependsOnASnapshotThatCannotBeReadKeepsItsName() throws IOException {
        // Given
        breakFirstPageOf("snapshot");

        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            // When, Then
            assertThat(engine.list()).isEmpty();
            assertThat(engine.unreadable())
                    .extracting(Unreadable::name)
                    .containsExactlyInAnyOrder(Optional.of(VOLUME), Optional.of(SNAPSHOT), Optional.of(CLONE));
            assertThatThrownBy(() -> engine.find(CLONE)).isInstanceOf(DeviceFailed.class);
            assertThatThrownBy(() -> engine.create(VOLUME, 1, Provisioning.THIN))
                    .isInstanceOf(DeviceFailed.class);
        }
    }

    @Test
    void othersGetNoClusterOfWhatCannotBeRead() throws IOException {
        // Given
        breakFirstPageOf("snapshot");

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            ClearedPool.await(engine);
            fillUp(engine);
        }
        mend();

        // Then
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(engine.unreadable()).isEmpty();
            assertThat(engine.list())
                    .extracting(VolumeSummary::name)
                    .containsExactlyInAnyOrder(VOLUME, SNAPSHOT, CLONE, NEW);
            requireBytes(engine, VOLUME);
            requireBytes(engine, SNAPSHOT);
            requireBytes(engine, CLONE);
        }
    }

    /** SPDK does not know of the clone, and would have cleared what it shares. */
    @Test
    void aSnapshotIsNotDeletedWhileAVolumeCannotBeRead() throws IOException {
        // Given
        breakFirstPageOf("clone");

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.delete(VOLUME);
            assertThatThrownBy(() -> engine.delete(SNAPSHOT)).isInstanceOf(DeviceFailed.class);
        }
        mend();

        // Then
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            requireBytes(engine, CLONE);
            engine.delete(SNAPSHOT);
            requireBytes(engine, CLONE);
        }
    }

    /** As the runbook says: its first page is emptied, and SPDK is made to look for volumes itself. */
    @Test
    void whatIsGivenUpGivesItsClustersBack() throws IOException {
        // Given
        breakFirstPageOf("clone");
        faults.breakPage(Fault.EMPTIED, broken.getKey(), broken.getValue());
        Path killed = directory.resolve("killed");
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(engine.unreadable()).hasSize(1);
            ClearedPool.await(engine);
            Files.copy(device(), killed);
        }
        Files.move(killed, device(), StandardCopyOption.REPLACE_EXISTING);

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            // Then
            assertThat(engine.unreadable()).isEmpty();
            engine.delete(VOLUME);
            engine.delete(SNAPSHOT);
            ClearedPool.await(engine);
            assertThat(engine.usage().usedBytes()).isZero();
        }
    }

    /** It says that free clusters are zeroes, as they were when it was made. */
    @Test
    void aMarkThatTurnsUpLaterIsNotBelieved() throws IOException {
        // Given
        breakFirstPageOf(PrivateName.CLEAN.single());
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            ClearedPool.await(engine);
            fillUp(engine);
        }
        try (RawPool raw = RawPool.open(pool)) {
            // As a deletion that ended with a crash leaves its clusters.
            raw.store().all().stream()
                    .filter(lvol -> lvol.name().equals("new"))
                    .forEach(lvol -> raw.store().delete(lvol.uuid()));
        }
        mend();

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(engine.unreadable()).isEmpty();
            ClearedPool.await(engine);
        }

        // Then
        try (RawPool raw = RawPool.open(pool)) {
            assertThat(raw.store().all())
                    .extracting(Lvol::name)
                    .filteredOn(PrivateName::isPrivate)
                    .containsExactly(PrivateName.CLEAN.single());
            raw.requireFreeClustersAreZero();
        }
    }

    /** Of two volumes with one name, SPDK opens one. */
    @Test
    void whatSaysThatMarksAreVoidMayBeUnreadableItself() throws IOException {
        // Given
        breakFirstPageOf("clone");
        Map.Entry<Long, byte[]> clone = broken;
        SpdkEngine.open(pool).close();
        breakFirstPageOf(PrivateName.VOID.single());
        SpdkEngine.open(pool).close();

        // When
        mend();
        faults.mendPage(clone.getKey(), clone.getValue());

        // Then
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(engine.unreadable()).isEmpty();
            ClearedPool.await(engine);
        }
        try (RawPool raw = RawPool.open(pool)) {
            assertThat(raw.store().all())
                    .extracting(Lvol::name)
                    .filteredOn(PrivateName::isPrivate)
                    .containsExactly(PrivateName.CLEAN.single());
        }
    }

    @Test
    void aPoolWithoutRoomForAnotherVolumeIsOpenedToo() throws IOException {
        // Given
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            fillMetadata(engine);
        }
        breakFirstPageOf("clone");

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            // Then
            assertThat(engine.unreadable()).extracting(Unreadable::name).containsExactly(Optional.of(CLONE));
            requireBytes(engine, VOLUME);
        }
    }

    private static void fillMetadata(SpdkEngine engine) {
        for (int number = 0; ; number++) {
            try {
                engine.create(VolumeName.of("filler-" + number), 1, Provisioning.THIN);
            } catch (NoSpace full) {
                return;
            }
        }
    }
}
