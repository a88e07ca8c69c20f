// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Data files that somebody cut, removed or changed behind our back. */
class DamagedDataTest {
    private static final int CLUSTER = 64 << 10;
    private static final VolumeName V = VolumeName.of("v");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, 4 * CLUSTER);

    @TempDir
    Path directory;

    private FileEngine engine;

    @BeforeEach
    void makeVolume() {
        engine = FileEngine.open(FilePool.at(directory).withClusterSize(new ClusterSize(CLUSTER)));
        engine.create(V, BYTES.length, Provisioning.THIN);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
            volume.write(0, BYTES).flush();
        }
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private Path data() {
        return directory.resolve("volumes/v/data");
    }

    private void cutTo(long lengthBytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            file.setLength(lengthBytes);
        }
    }

    private byte[] content(Access access) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", access)) {
            return volume.readAll();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Access.class,
            names = {"READ", "VERIFY"})
    void whatWasCutOffCannotBeRead(Access access) throws IOException {
        for (int length : new int[] {3 * CLUSTER, CLUSTER + 4096, CLUSTER + 4096 - 512, 5001, 1, 0}) {
            cutTo(length);

            assertThatThrownBy(() -> content(access))
                    .as("cut to %d", length)
                    .isInstanceOf(DeviceFailed.class)
                    .hasMessageContaining("'v'")
                    .hasMessageContaining("from byte " + length);
            assertThat(engine.allocated(V).count()).isEqualTo(new ClusterSize(CLUSTER).clustersIn(length));
            assertThat(engine.find(V)).map(volume -> volume.sizeBytes()).contains((long) BYTES.length);
        }
    }

    @Test
    void openHandleReadsWhatIsLeftAndNoZeroesBehindIt() throws IOException {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.VERIFY)) {
            cutTo(CLUSTER);

            assertThatThrownBy(() -> volume.read(CLUSTER, CLUSTER)).isInstanceOf(DeviceFailed.class);
            assertThat(volume.read(0, CLUSTER)).isEqualTo(Arrays.copyOf(BYTES, CLUSTER));
        }
    }

    @Test
    void noWriteGivesACutFileItsLengthBack() throws IOException {
        cutTo(5001);
        assertThatThrownBy(() -> engine.open(V, Access.WRITE)).isInstanceOf(DeviceFailed.class);
        // The refused handle does not count.
        cutTo(BYTES.length);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
            volume.write(0, BYTES);
            cutTo(5001);

            int last = 3 * CLUSTER;
            assertThatThrownBy(() -> volume.write(last, Arrays.copyOf(BYTES, CLUSTER)))
                    .isInstanceOf(DeviceFailed.class);
            assertThatThrownBy(() -> volume.writeZeroes(last, CLUSTER)).isInstanceOf(DeviceFailed.class);
            assertThatThrownBy(() -> volume.unmap(last, CLUSTER)).isInstanceOf(DeviceFailed.class);
            // What was written before is not there any more.
            assertThatThrownBy(volume::flush).isInstanceOf(DeviceFailed.class);
        }
        assertThat(data()).hasSize(5001);
    }

    @Test
    void nothingIsMadeOfACutFile() throws IOException {
        VolumeName snapshot = VolumeName.of("s");
        engine.snapshot(V, snapshot);
        cutTo(BYTES.length - 1);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("volumes/s/data").toFile(), "rw")) {
            file.setLength(0);
        }
        Map<String, Runnable> calls = Map.of(
                "snapshot", () -> engine.snapshot(V, VolumeName.of("t")),
                "clone", () -> engine.cloneOf(snapshot, VolumeName.of("c")),
                "seal", () -> engine.seal(V, VolumeName.of("t")),
                "resize", () -> engine.resize(V, 2L * BYTES.length),
                "inflate", () -> engine.inflate(V),
                "differing", () -> engine.differing(V, snapshot));

        calls.forEach((name, call) -> assertThatThrownBy(call::run)
                .as(name)
                .isInstanceOf(DeviceFailed.class)
                .hasMessageContaining("cut off"));

        assertThat(engine.list()).hasSize(2);
        assertThat(data()).hasSize(BYTES.length - 1);
    }

    @ParameterizedTest
    @EnumSource
    void noLinkThatSomebodyPutsInThePlaceOfTheDataIsFollowed(Access access) throws IOException {
        // Given a file that is long enough, outside the pool's volumes
        byte[] foreign = AwaitedVolume.pattern(2, BYTES.length);
        Path outside = Files.write(directory.resolve("lost+found"), foreign);
        Files.delete(data());
        Files.createSymbolicLink(data(), outside);

        // When
        DeviceFailed failed = catchThrowableOfType(
                DeviceFailed.class, () -> engine.open(V, access).close());

        // Then
        assertThat(failed).isNotNull();
        assertThat(failed.errno()).isEqualTo(40);
        assertThat(outside).hasBinaryContent(foreign);
    }

    /** Something that happens to a data file while nobody has the pool open. */
    enum Loss {
        REMOVED(2) {
            @Override
            void happensTo(Path data) throws IOException {
                Files.delete(data);
            }
        },
        EMPTIED(0) {
            @Override
            void happensTo(Path data) throws IOException {
                Files.write(data, new byte[0]);
            }
        },
        CUT_BY_A_BYTE(0) {
            @Override
            void happensTo(Path data) throws IOException {
                try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
                    file.setLength(file.length() - 1);
                }
            }
        },
        A_LOOP_OF_LINKS(40) {
            @Override
            void happensTo(Path data) throws IOException {
                Files.delete(data);
                Files.createSymbolicLink(data, data.getFileName());
            }
        },
        A_LINK_TO_A_FILE(40) {
            @Override
            void happensTo(Path data) throws IOException {
                // It has the right bytes even.
                Files.delete(data);
                Files.createSymbolicLink(data, Path.of("../../lost+found"));
            }
        },
        A_DIRECTORY(0) {
            @Override
            void happensTo(Path data) throws IOException {
                Files.delete(data);
                Files.createDirectory(data);
            }
        };

        private final int errno;

        Loss(int errno) {
            this.errno = errno;
        }

        abstract void happensTo(Path data) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void volumeWithoutAllOfItsDataIsUnreadableAfterAStart(Loss loss) throws IOException {
        // Given
        engine.create(VolumeName.of("other"), 1, Provisioning.THIN);
        engine.close();
        Path aside = Files.copy(data(), directory.resolve("lost+found"));
        loss.happensTo(data());

        // When
        engine = FileEngine.open(FilePool.at(directory));

        // Then
        assertThat(engine.list()).extracting(VolumeSummary::name).containsExactly(VolumeName.of("other"));
        assertThat(engine.unreadable()).singleElement().satisfies(unknown -> {
            assertThat(unknown.name()).contains(V);
            assertThat(unknown.place()).isEqualTo("volumes/v");
            assertThat(unknown.errno()).isEqualTo(loss.errno);
            assertThat(unknown.reason()).contains("'data'");
        });
        assertThatThrownBy(() -> engine.open(V, Access.READ)).isInstanceOf(DeviceFailed.class);
        engine.close();

        // And when it is put back
        Files.deleteIfExists(data());
        Files.move(aside, data());
        engine = FileEngine.open(FilePool.at(directory));
        assertThat(engine.unreadable()).isEmpty();
        assertThat(content(Access.VERIFY)).isEqualTo(BYTES);
    }

    @Test
    void volumeWhoseGrowthWasCutShortIsReadable() throws IOException {
        // Given what a crash leaves between the file's new length and meta's
        engine.close();
        cutTo(BYTES.length + (long) CLUSTER);

        engine = FileEngine.open(FilePool.at(directory));

        assertThat(engine.unreadable()).isEmpty();
        assertThat(content(Access.VERIFY)).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @EnumSource(
            value = Access.class,
            names = {"READ", "VERIFY"})
    void removedFileIsNotFoundAndReadsAsNothing(Access access) throws IOException {
        Files.delete(data());

        assertThatThrownBy(() -> engine.open(V, access)).isInstanceOf(VolumeNotFound.class);
        assertThat(engine.allocated(V)).isEqualTo(ClusterMap.empty());
        assertThat(engine.list()).hasSize(1);
        assertThat(engine.usage().usedBytes()).isZero();
    }

    @Test
    void volumesThatHaveLostDataSinceTheOpeningAreNamed() throws IOException {
        VolumeName removed = VolumeName.of("removed");
        engine.create(removed, CLUSTER, Provisioning.THIN);
        engine.create(VolumeName.of("whole"), CLUSTER, Provisioning.THIN);
        assertThat(engine.incomplete()).isEmpty();

        cutTo(CLUSTER);
        Files.delete(directory.resolve("volumes/removed/data"));

        assertThat(engine.incomplete())
                .extracting(Unreadable::place)
                .containsExactly("volumes/removed", engine.place(V));
        assertThat(engine.place(V)).isEqualTo("volumes/" + V);
    }

    @Test
    void nothingIsMadeOfARemovedFile() throws IOException {
        engine.snapshot(V, VolumeName.of("s"));
        Files.delete(data());
        Files.delete(directory.resolve("volumes/s/data"));

        assertThatThrownBy(() -> engine.snapshot(V, VolumeName.of("t"))).isInstanceOf(VolumeNotFound.class);
        assertThatThrownBy(() -> engine.cloneOf(VolumeName.of("s"), VolumeName.of("c")))
                .isInstanceOf(VolumeNotFound.class);
        assertThat(engine.list()).hasSize(2);
    }

    @Test
    void removedFileIsNotMadeAnewForWriting() throws IOException {
        Files.delete(data());

        assertThatThrownBy(() -> engine.open(V, Access.WRITE)).isInstanceOf(VolumeNotFound.class);

        assertThat(data()).doesNotExist();
        // The refused handle does not count.
        engine.delete(V);
    }

    @Test
    void thickVolumeAnswersWithWhatIsLeft() throws IOException {
        engine.inflate(V);
        assertThat(engine.allocated(V).count()).isEqualTo(4);
        cutTo(CLUSTER + 1);
        assertThat(engine.allocated(V).count()).isEqualTo(2);
        Files.delete(data());
        assertThat(engine.allocated(V)).isEqualTo(ClusterMap.empty());
    }

    @Test
    void fileThatHasGrownIsReadOnlyUpToTheVolumesSize() throws IOException {
        cutTo(9L * CLUSTER + 7);
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            file.seek(8L * CLUSTER);
            file.write(1);
        }

        assertThat(content(Access.READ)).isEqualTo(BYTES);
        assertThat(engine.allocated(V).count()).isEqualTo(4);
    }

    /** As a crash in a cut leaves it. */
    @ParameterizedTest
    @EnumSource
    void whatLiesBehindTheVolumesSizeIsNotWhatItGrowsBy(Provisioning provisioning) throws IOException {
        if (provisioning == Provisioning.THICK) {
            engine.inflate(V);
        }
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            file.seek(6L * CLUSTER);
            file.write(1);
        }

        engine.resize(V, 7L * CLUSTER);

        assertThat(content(Access.VERIFY)).isEqualTo(Arrays.copyOf(BYTES, 7 * CLUSTER));
    }

    @Test
    void flippedBitIsReadAndNotServedFromACache() throws IOException {
        assertThat(content(Access.READ)).isEqualTo(BYTES);
        byte[] rotten = BYTES.clone();
        rotten[70_000] ^= 1;
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            file.seek(70_000);
            file.write(rotten[70_000]);
        }

        assertThat(content(Access.VERIFY)).isEqualTo(rotten);
    }

    @Test
    void volumeWhoseDirectoryIsGoneCanBeDeleted() throws IOException {
        Files.delete(data());
        Files.delete(directory.resolve("volumes/v/meta"));
        Files.delete(directory.resolve("volumes/v"));

        assertThat(engine.list()).hasSize(1);
        engine.delete(V);

        assertThat(engine.list()).isEmpty();
        engine.create(V, 1, Provisioning.THIN);
    }
}
