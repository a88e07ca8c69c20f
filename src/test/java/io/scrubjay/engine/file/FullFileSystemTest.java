// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A real file system that has no room left. */
class FullFileSystemTest {
    private static final int MIB = 1 << 20;
    private static final VolumeName BIG = VolumeName.of("big");
    private static final VolumeName NEW = VolumeName.of("new");

    @TempDir
    Path scratch;

    @Test
    void fullExt4() {
        try (MountedFileSystem small = MountedFileSystem.inFile(scratch, 24L * MIB, "mkfs.ext4", "-q", "-m", "0")) {
            fillsUpAndRecovers(small.path().resolve("pool"));
        }
    }

    @Test
    void fullTmpfs() {
        try (MountedFileSystem small = MountedFileSystem.inMemory(scratch, "tmpfs", "size=16m")) {
            fillsUpAndRecovers(small.path().resolve("pool"));
        }
    }

    /** ext4 with blocks of 4 KiB ends a block short of this. */
    @Test
    void volumeThatNoFileCanHoldDoesNotFit() {
        long size = 16L << 40;
        try (MountedFileSystem small = MountedFileSystem.inFile(scratch, 32L * MIB, "mkfs.ext4", "-q", "-b", "4096");
                FileEngine engine = FileEngine.open(FilePool.at(small.path().resolve("pool")))) {
            engine.create(BIG, MIB, Provisioning.THIN);

            for (Provisioning provisioning : Provisioning.values()) {
                assertThatThrownBy(() -> engine.create(NEW, size, provisioning)).isInstanceOf(NoSpace.class);
            }
            assertThatThrownBy(() -> engine.resize(BIG, size)).isInstanceOf(NoSpace.class);

            // And nothing of it remains
            assertThat(engine.list()).hasSize(1);
            assertThat(engine.find(BIG)).map(volume -> volume.sizeBytes()).contains((long) MIB);
            assertThat(small.path().resolve("pool/staging")).isEmptyDirectory();
        }
    }

    @Test
    void fileSystemWithoutInodesIsFullAndSaysWhy() {
        try (MountedFileSystem small = MountedFileSystem.inMemory(scratch, "tmpfs", "size=16m,nr_inodes=64");
                FileEngine engine = FileEngine.open(FilePool.at(small.path().resolve("pool")))) {
            engine.proveWritable();

            // When volumes are made until there is no inode for one more
            NoSpace full = noInodesLeft(engine);

            // Then that is what is said, and the pool takes no writes, for all the bytes that are free
            assertThat(full).hasMessageContaining("inodes");
            assertThat(full.isOfInodes()).isTrue();
            assertThat(full.availableBytes()).isGreaterThan(4L * MIB);
            assertThat(catchThrowableOfType(NoSpace.class, engine::proveWritable)
                            .isOfInodes())
                    .isTrue();
            fillLastInodes(small.path());
            assertThat(catchThrowableOfType(NoSpace.class, engine::proveWritable)
                            .isOfInodes())
                    .isTrue();
            assertThat(small.path().resolve("pool/staging")).isEmptyDirectory();

            // And takes them again when some are free
            engine.list().forEach(volume -> engine.delete(volume.name()));
            engine.proveWritable();
            assertThat(small.path().resolve("pool/staging")).isEmptyDirectory();
        }
    }

    private static NoSpace noInodesLeft(FileEngine engine) {
        for (int i = 0; i < 100; i++) {
            VolumeName name = VolumeName.of("v" + i);
            try {
                engine.create(name, MIB, Provisioning.THIN);
            } catch (NoSpace full) {
                return full;
            }
        }
        throw new AssertionError("100 volumes in 64 inodes");
    }

    /** A volume takes several: one or two may be left. */
    private static void fillLastInodes(Path directory) {
        for (int i = 0; i < 8; i++) {
            try {
                Files.createFile(directory.resolve("file" + i));
            } catch (IOException full) {
                return;
            }
        }
        throw new AssertionError("there are inodes left");
    }

    /** As btrfs does: it counts none, of those in use and of those free. */
    @Test
    void fileSystemThatCountsNoInodesIsNotFull() {
        try (MountedFileSystem small = MountedFileSystem.inMemory(scratch, "tmpfs", "size=16m,nr_inodes=0");
                FileEngine engine = FileEngine.open(FilePool.at(small.path().resolve("pool")))) {
            engine.proveWritable();

            engine.create(BIG, MIB, Provisioning.THIN);
        }
    }

    /** ext4 keeps what it gave to an allocation that failed in the end. */
    @Test
    void inflateThatDoesNotFitTakesNothing() {
        try (MountedFileSystem small = MountedFileSystem.inFile(scratch, 24L * MIB, "mkfs.ext4", "-q", "-m", "0");
                FileEngine engine = FileEngine.open(FilePool.at(small.path().resolve("pool")))) {
            engine.create(BIG, 256L * MIB, Provisioning.THIN);
            long free = engine.usage().freeClusters();

            assertThatThrownBy(() -> engine.inflate(BIG)).isInstanceOf(NoSpace.class);

            assertThat(engine.usage().freeClusters()).isEqualTo(free);
            engine.create(NEW, 4L * MIB, Provisioning.THICK);
        }
    }

    private static void fillsUpAndRecovers(Path directory) {
        try (FileEngine engine = FileEngine.open(FilePool.at(directory))) {
            // Given a thin volume that promises more than there is
            engine.create(BIG, 256L * MIB, Provisioning.THIN);
            long written = writtenUntilFull(engine);

            // Then what fitted is there, and nothing more fits
            assertThat(written).isGreaterThan(4L * MIB);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "big", Access.VERIFY)) {
                for (long at = 0; at < written; at += MIB) {
                    assertThat(volume.read(at, MIB)).isEqualTo(AwaitedVolume.pattern(at, MIB));
                }
            }
            NoSpace thick = catchThrowableOfType(NoSpace.class, () -> engine.create(NEW, 8L * MIB, Provisioning.THICK));
            // Not even a directory may fit.
            assertThat(thick.requestedBytes()).isBetween(1L, 8L * MIB);
            assertThat(thick.availableBytes()).isLessThan(8L * MIB);
            assertThatThrownBy(() -> engine.snapshot(BIG, NEW)).isInstanceOf(NoSpace.class);
            assertThatThrownBy(() -> engine.inflate(BIG)).isInstanceOf(NoSpace.class);
            assertThat(engine.list()).hasSize(1);
            assertThat(directory.resolve("staging")).isEmptyDirectory();
            assertThat(directory.resolve("volumes")).isDirectoryNotContaining("glob:**new");
        }
        // And the full pool can be opened, and made room in
        try (FileEngine engine = FileEngine.open(FilePool.at(directory))) {
            assertThat(engine.usage().usedBytes()).isGreaterThan(4L * MIB);
            engine.delete(BIG);
            assertThat(engine.usage().usedBytes()).isZero();
            engine.create(NEW, 4L * MIB, Provisioning.THICK);
            long used = engine.usage().usedBytes();

            // And a thick volume that cannot grow stays as it is
            assertThatThrownBy(() -> engine.resize(NEW, 64L * MIB)).isInstanceOf(NoSpace.class);
            assertThat(engine.find(NEW)).map(volume -> volume.sizeBytes()).contains(4L * MIB);
            // The file system may keep a block of its own for the attempt.
            assertThat(engine.usage().usedBytes()).isBetween(used, used + MIB);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "new", Access.WRITE)) {
                volume.write(0, AwaitedVolume.pattern(1, 4 * MIB)).flush();
            }
        }
    }

    private static long writtenUntilFull(FileEngine engine) {
        long written = 0;
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "big", Access.WRITE)) {
            while (true) {
                volume.write(written, AwaitedVolume.pattern(written, MIB)).flush();
                written += MIB;
            }
        } catch (NoSpace full) {
            assertThat(full.requestedBytes()).isEqualTo(MIB);
            assertThat(full.availableBytes()).isLessThan(MIB);
            return written;
        }
    }
}
