// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.EngineException.VolumeExists;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What may be opened as a pool, and who may. */
class PoolOpeningTest {
    private static final VolumeName A = VolumeName.of("a");
    private static final VolumeName B = VolumeName.of("b");

    @TempDir
    Path directory;

    private FileEngine open() {
        return FileEngine.open(FilePool.at(directory));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void absentDirectoryBecomesAPool() {
        Path absent = directory.resolve("some/where");
        try (FileEngine engine = FileEngine.open(FilePool.at(absent))) {
            assertThat(engine.list()).isEmpty();
            assertThat(engine.traits().kind()).isEqualTo("file");
            assertThat(engine.traits().location()).isEqualTo(absent.toString());
            assertThat(engine.traits().clusterSize()).isEqualTo(ClusterSize.parse("64K"));
        }
        assertThat(absent.resolve("format")).exists();
    }

    @Test
    void rootOfAFreshFileSystemBecomesAPool() throws IOException {
        Files.createDirectory(directory.resolve("lost+found"));

        open().close();

        assertThat(directory.resolve("format")).exists();
    }

    @Test
    void openingThatWasCutShortIsTakenUp() throws IOException {
        // Given what a crash leaves before the format file has its name
        Files.writeString(directory.resolve("lock"), "1\n");
        Files.writeString(directory.resolve("format~"), "scrubjay-po");
        Files.createDirectory(directory.resolve("volumes"));

        // Then
        open().close();
        open().close();
    }

    @Test
    void foreignDirectoryIsRefusedAndLeftAlone() throws IOException {
        Files.writeString(directory.resolve("thesis.tex"), "\\begin{document}");
        List<String> before = files();

        assertThatThrownBy(this::open)
                .isInstanceOf(PoolUnusable.class)
                .hasMessageContaining("thesis.tex")
                .hasMessageContaining("empty directory");

        assertThat(files()).isEqualTo(before);
    }

    @Test
    void fileIsNoPool() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> FileEngine.open(FilePool.at(file)))
                .isInstanceOf(PoolUnusable.class)
                .hasMessageContaining(file + " is no directory")
                .hasMessageNotContaining("Exception");
    }

    @Test
    void poolOfALaterVersionIsRefusedAndLeftAlone() throws IOException {
        open().close();
        Files.writeString(directory.resolve("format"), "scrubjay-pool 2\n");

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        PoolUnusable.class,
                        refused -> assertThat(refused.remedy()).contains("version"));

        assertThat(directory.resolve("format")).hasContent("scrubjay-pool 2");
    }

    @Test
    void refusedPoolIsNotLocked() throws IOException {
        open().close();
        byte[] format = Files.readAllBytes(directory.resolve("format"));
        Files.writeString(directory.resolve("format"), "nonsense");
        assertThatThrownBy(this::open).isInstanceOf(PoolUnusable.class);

        Files.write(directory.resolve("format"), format);

        open().close();
    }

    @Test
    void poolKeepsTheClusterSizeItWasMadeWith() {
        FileEngine.open(FilePool.at(directory).withClusterSize(ClusterSize.parse("4K")))
                .close();
        try (FileEngine engine = open()) {
            assertThat(engine.traits().clusterSize()).isEqualTo(ClusterSize.parse("4K"));
            assertThat(engine.create(A, 1, Provisioning.THIN).sizeBytes()).isEqualTo(4096);
        }
    }

    @Test
    void otherNameForTheSameDirectoryIsTheSamePool() throws IOException {
        Path alias = directory.resolveSibling(directory.getFileName() + "-alias");
        Files.createSymbolicLink(alias, directory);
        try (FileEngine engine = open()) {
            assertThatThrownBy(() -> FileEngine.open(FilePool.at(alias))).isInstanceOf(PoolUnusable.class);
            assertThat(engine.list()).isEmpty();
        } finally {
            Files.delete(alias);
        }
    }

    @Test
    void otherProcessIsKeptOutAndLetInAfterwards() throws Exception {
        // Given another process that has the pool
        Process other = otherProcess(PoolHolder.class);
        try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo("open");

            // Then this one is told who has it
            assertThatThrownBy(this::open)
                    .isInstanceOf(PoolUnusable.class)
                    .hasMessageContaining(directory.toRealPath().toString())
                    .hasMessageContaining("process " + other.pid());
        } finally {
            // When that one is killed
            other.destroyForcibly().waitFor();
        }

        // Then its lock is gone
        open().close();
    }

    @Test
    void removedLockFileLetsNobodyElseIn() throws Exception {
        try (FileEngine engine = open()) {
            // When
            Files.delete(directory.resolve("lock"));

            // Then
            assertThat(answerOfAnotherProcess()).contains("PoolUnusable").contains("in use by another process");
            engine.create(A, 1, Provisioning.THIN);
            // And whoever looks at nothing but the lock file is kept out again, too
            assertThat(directory.resolve("lock")).exists();
        }
    }

    @Test
    void replacedLockFileEndsAllChanges() throws IOException {
        try (FileEngine engine = open()) {
            engine.create(A, 1, Provisioning.THIN);
            // Given what an agent that looks at nothing but the lock file leaves after an administrator removed it
            Files.delete(directory.resolve("lock"));
            Files.writeString(directory.resolve("other"), "1\n");
            Files.move(directory.resolve("other"), directory.resolve("lock"));

            // Then
            assertThatThrownBy(() -> engine.delete(A))
                    .isInstanceOf(DeviceFailed.class)
                    .hasMessageContaining("restart");
            assertThat(directory.resolve("volumes/a")).exists();
            assertThat(engine.list()).hasSize(1);
        }
    }

    @Test
    void lockOfTheFileAloneKeepsThisProcessOut() throws Exception {
        // Given a process that locks nothing but the file, as earlier versions did
        Process other = otherProcess(LockFileHolder.class);
        try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo("open");

            // Then
            assertThatThrownBy(this::open).isInstanceOf(PoolUnusable.class).hasMessageContaining("in use by");
        } finally {
            other.destroyForcibly().waitFor();
        }
        open().close();
    }

    @Test
    void freshPoolIsForItsUserAlone() throws IOException {
        Path absent = directory.resolve("some/where");

        FileEngine.open(FilePool.at(absent)).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(absent)))
                .isEqualTo("rwx------");
    }

    @Test
    void directoryThatIsThereIsRestrictedToItsUserOnceItIsAPool() throws IOException {
        for (String open : List.of("rwxr-xr-x", "rwxrwx---", "rwx-----x")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(open));

            open().close();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .as(open)
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void directoryThatIsNoPoolKeepsItsPermissions() throws IOException {
        Set<PosixFilePermission> shared = PosixFilePermissions.fromString("rwxrwxr-x");
        Files.setPosixFilePermissions(directory, shared);
        Files.writeString(directory.resolve("thesis.tex"), "\\begin{document}");

        assertThatThrownBy(this::open).isInstanceOf(PoolUnusable.class);

        assertThat(Files.getPosixFilePermissions(directory)).isEqualTo(shared);
    }

    @Test
    void allInAPoolIsForItsUserAlone() throws IOException {
        try (FileEngine engine = open()) {
            engine.create(A, 1, Provisioning.THIN);
            engine.proveWritable();
        }

        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .as("%s", path)
                            .endsWith("------"));
        }
    }

    @Test
    void poolThatHasLostItsVolumesIsRefusedAndLeftAlone() throws IOException {
        // Given
        try (FileEngine engine = open()) {
            engine.create(A, 1, Provisioning.THIN);
        }
        Files.writeString(directory.resolve("staging/left"), "left by a crash");
        Path aside = directory.resolveSibling(directory.getFileName() + "-aside");
        Files.move(directory.resolve("volumes"), aside);
        List<String> before = files();

        // When
        assertThatThrownBy(this::open)
                .isInstanceOf(PoolUnusable.class)
                .hasMessageContaining("lost its directory 'volumes'")
                .hasMessageContaining("restore the directory");

        // Then
        assertThat(files()).isEqualTo(before);
        Files.move(aside, directory.resolve("volumes"));
        try (FileEngine engine = open()) {
            assertThat(engine.list()).extracting(volume -> volume.name()).containsExactly(A);
        }
    }

    @Test
    void linkToVolumesThatLeadsNowhereIsRefused() throws IOException {
        open().close();
        Files.delete(directory.resolve("volumes"));
        Files.createSymbolicLink(directory.resolve("volumes"), Path.of("not-mounted"));

        assertThatThrownBy(this::open).isInstanceOf(PoolUnusable.class).hasMessageContaining("'volumes'");
    }

    @Test
    void poolThatHasLostItsFormatIsRefusedAndLeftAlone() throws IOException {
        // Given
        try (FileEngine engine = open()) {
            engine.create(A, 1, Provisioning.THIN);
        }
        byte[] format = Files.readAllBytes(directory.resolve("format"));
        Files.delete(directory.resolve("format"));
        for (String other : List.of("", "volumes")) {
            if (!other.isEmpty()) {
                Files.move(directory.resolve(other), directory.resolveSibling(directory.getFileName() + "-aside"));
            }
            List<String> before = files();

            // Then
            assertThatThrownBy(this::open).isInstanceOf(PoolUnusable.class).hasMessageContaining("no file 'format'");
            assertThat(files()).as("without format %s", other).isEqualTo(before);
        }
        Files.move(directory.resolveSibling(directory.getFileName() + "-aside"), directory.resolve("volumes"));
        Files.write(directory.resolve("format"), format);
        open().close();
    }

    @Test
    void poolWithoutStagingAndTrashIsOpened() throws IOException {
        try (FileEngine engine = open()) {
            engine.create(A, 1, Provisioning.THIN);
        }
        Files.delete(directory.resolve("staging"));
        Files.delete(directory.resolve("trash"));

        try (FileEngine engine = open()) {
            engine.delete(A);
            engine.create(B, 1, Provisioning.THIN);
        }
    }

    private Process otherProcess(Class<?> program) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private String answerOfAnotherProcess() throws Exception {
        Process other = otherProcess(PoolHolder.class);
        try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
            return said.readLine();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void leftoversInStagingAndTrashAreRemoved() throws IOException {
        try (FileEngine engine = open()) {
            engine.create(A, 1, Provisioning.THIN);
        }
        for (String place : List.of("staging", "trash")) {
            Path left = Files.createDirectories(directory.resolve(place).resolve("one/two"));
            Files.writeString(left.resolve("data"), "left by a crash");
            Files.writeString(directory.resolve(place).resolve("file"), "left by a crash");
        }

        try (FileEngine engine = open()) {
            assertThat(engine.list()).extracting(volume -> volume.name()).containsExactly(A);
        }

        assertThat(directory.resolve("staging")).isEmptyDirectory();
        assertThat(directory.resolve("trash")).isEmptyDirectory();
    }

    @Test
    void volumeWithDamagedMetaIsLeftOutAndLeftAlone() throws IOException {
        try (FileEngine engine = open()) {
            engine.create(A, 1, Provisioning.THIN);
            engine.create(B, 1, Provisioning.THIN);
        }
        Path meta = directory.resolve("volumes/a/meta");
        byte[] whole = Files.readAllBytes(meta);
        Files.writeString(meta, "scrubjay-volume 1\nid is gone\n");

        try (FileEngine engine = open()) {
            assertThat(engine.list()).extracting(volume -> volume.name()).containsExactly(B);
            assertThat(engine.unreadable()).singleElement().satisfies(unknown -> {
                assertThat(unknown.name()).contains(A);
                assertThat(unknown.place()).isEqualTo("volumes/a");
            });
            // Whether it exists cannot be told.
            assertThatThrownBy(() -> engine.find(A)).isInstanceOf(DeviceFailed.class);
            assertThatThrownBy(() -> engine.open(A, Access.READ)).isInstanceOf(DeviceFailed.class);
            assertThatThrownBy(() -> engine.delete(A)).isInstanceOf(DeviceFailed.class);
            // Its name is not free: there are data under it.
            assertThatThrownBy(() -> engine.create(A, 1, Provisioning.THIN)).isInstanceOf(VolumeExists.class);
            assertThatThrownBy(() -> engine.rename(B, A)).isInstanceOf(VolumeExists.class);
        }

        // And when the file is put back, the volume is
        Files.write(meta, whole);
        try (FileEngine engine = open()) {
            assertThat(engine.list()).extracting(volume -> volume.name()).containsExactly(A, B);
        }
    }

    @Test
    void strangersAmongTheVolumesAreLeftOutAndLeftAlone() throws IOException {
        try (FileEngine engine = open()) {
            engine.create(A, 1, Provisioning.THIN);
        }
        Path volumes = directory.resolve("volumes");
        Files.createDirectory(volumes.resolve("Not A Name"));
        Files.createDirectory(volumes.resolve("empty"));
        Files.writeString(volumes.resolve("file"), "");
        Files.createDirectory(volumes.resolve("copy"));
        Files.copy(volumes.resolve("a/meta"), volumes.resolve("copy/meta"));

        try (FileEngine engine = open()) {
            assertThat(engine.list()).extracting(volume -> volume.name()).containsExactly(A);
            assertThat(engine.unreadable())
                    .extracting(Unreadable::place)
                    .containsExactlyInAnyOrder("volumes/Not A Name", "volumes/copy", "volumes/empty", "volumes/file");
        }

        assertThat(volumes.resolve("Not A Name")).exists();
        assertThat(volumes.resolve("empty")).exists();
        assertThat(volumes.resolve("file")).exists();
        assertThat(volumes.resolve("copy/meta")).exists();
    }

    /** Another process: opens the pool and keeps it until it is killed, or its test is gone. */
    static final class PoolHolder {
        private PoolHolder() {}

        public static void main(String[] arguments) throws IOException {
            FileEngine engine;
            try {
                engine = FileEngine.open(FilePool.at(Path.of(arguments[0])));
            } catch (PoolUnusable refused) {
                System.out.println(refused);
                return;
            }
            System.out.println("open");
            int end = System.in.read();
            engine.close();
            System.exit(end < 0 ? 0 : 1);
        }
    }

    /** Another process: locks the file alone until it is killed, or its test is gone. */
    static final class LockFileHolder {
        private LockFileHolder() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel file = FileChannel.open(
                    Path.of(arguments[0], "lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                System.out.println(file.tryLock() == null ? "refused" : "open");
                int end = System.in.read();
                System.exit(end < 0 ? 0 : 1);
            }
        }
    }
}
