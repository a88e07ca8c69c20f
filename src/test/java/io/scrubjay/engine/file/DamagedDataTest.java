// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    @EnumSource
    void whatWasCutOffReadsAsZeroes(Access access) throws IOException {
        for (int length : new int[] {3 * CLUSTER, CLUSTER + 4096, CLUSTER + 4096 - 512, 5001, 1, 0}) {
            cutTo(length);

            assertThat(content(access))
                    .as("cut to %d", length)
                    .isEqualTo(Arrays.copyOf(Arrays.copyOf(BYTES, length), BYTES.length));
            assertThat(engine.allocated(V).count()).isEqualTo(new ClusterSize(CLUSTER).clustersIn(length));
            assertThat(engine.find(V)).map(volume -> volume.sizeBytes()).contains((long) BYTES.length);
        }
    }

    @Test
    void openHandleReadsZeroesWhereTheFileWasCut() throws IOException {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.VERIFY)) {
            cutTo(CLUSTER);

            assertThat(volume.read(CLUSTER, CLUSTER)).isEqualTo(new byte[CLUSTER]);
            assertThat(volume.read(0, CLUSTER)).isEqualTo(Arrays.copyOf(BYTES, CLUSTER));
        }
    }

    @Test
    void cutFileCanBeWrittenAgain() throws IOException {
        cutTo(5001);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
            volume.write(0, BYTES).flush();
        }

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

        assertThatThrownBy(() -> engine.open(V, Access.WRITE)).isInstanceOf(DeviceFailed.class);

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
    void snapshotAndCloneOfADamagedVolumeAreWhatIsLeft() throws IOException {
        cutTo(CLUSTER + 5001);
        byte[] left = Arrays.copyOf(Arrays.copyOf(BYTES, CLUSTER + 5001), BYTES.length);

        engine.snapshot(V, VolumeName.of("s"));
        engine.cloneOf(VolumeName.of("s"), VolumeName.of("c"));

        for (String name : new String[] {"s", "c"}) {
            try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.VERIFY)) {
                assertThat(volume.readAll()).isEqualTo(left);
            }
        }
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
