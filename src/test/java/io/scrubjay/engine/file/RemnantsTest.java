// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.HeldBack;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What is deleted and cannot be removed takes room, and is told of until it can be. */
class RemnantsTest {
    private static final VolumeName A = VolumeName.of("a");
    private static final int MIB = 1 << 20;

    @TempDir
    Path scratch;

    @Test
    void whatCannotBeRemovedIsHeldBackUntilItCanBe() throws IOException {
        try (MountedFileSystem small = MountedFileSystem.inFile(scratch, 32L * MIB, "mkfs.ext4", "-q", "-m", "0")) {
            Path directory = small.path().resolve("pool");
            List<HeldBack> held;
            try (FileEngine engine = FileEngine.open(FilePool.at(directory))) {
                // Given
                engine.create(A, 4L * MIB, Provisioning.THICK);
                long free = engine.usage().freeClusters();
                assertThat(engine.usage().heldBack()).isEmpty();
                MountedFileSystem.refuseWrites(directory.resolve("volumes/a/data"));

                // When
                engine.delete(A);

                // Then it is gone for all, but its room is not free
                assertThat(engine.find(A)).isEmpty();
                PoolUsage usage = engine.usage();
                held = usage.heldBack();
                assertThat(usage.usedBytes()).isZero();
                assertThat(usage.freeClusters()).isEqualTo(free);
                // Its directory takes some, too.
                long clusters = 4L * MIB / clusterBytes(engine);
                assertThat(usage.heldBackClusters()).isBetween(clusters, clusters + 1);
                assertThat(held.get(0).reason()).contains("cannot be removed");

                // And its name is
                engine.create(A, MIB, Provisioning.THIN);
                assertThat(engine.find(A)).isPresent();
                engine.proveWritable();
                assertThat(engine.usage().heldBackClusters()).isEqualTo(usage.heldBackClusters());
            }
            try (FileEngine next = FileEngine.open(FilePool.at(directory))) {
                // Then the next opening says so, too
                assertThat(next.usage().heldBack())
                        .extracting(HeldBack::clusters)
                        .containsExactly(held.get(0).clusters());

                // When it can be removed
                MountedFileSystem.takeWrites(remnant(directory).resolve("data"));
                next.proveWritable();

                // Then it is
                assertThat(next.usage().heldBack()).isEmpty();
                assertThat(directory.resolve("trash")).isEmptyDirectory();
            }
        }
    }

    private static long clusterBytes(FileEngine engine) {
        return engine.traits().clusterSize().bytes();
    }

    private static Path remnant(Path pool) throws IOException {
        try (Stream<Path> trash = Files.list(pool.resolve("trash"))) {
            return trash.findFirst().orElseThrow();
        }
    }
}
