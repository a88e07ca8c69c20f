// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.PreloadedProcess;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

/** File systems that know no way around the page cache. */
class NoDirectIoTest {
    private static final int CLUSTER = 64 << 10;

    @TempDir
    Path scratch;

    /** What nobody has flushed is proven as well: by the medium, to which it has to be written first. */
    @Test
    void aProofIsNotAnsweredByThePageCache() throws Exception {
        Path directory = scratch.toRealPath();
        PreloadedProcess process = PreloadedProcess.in(directory);
        Path pool = directory.resolve("pool");

        process.run("pool-cached.so", pool, LostByTheMediumMain.class, pool);
    }

    /** On ramfs, which has no holes either. */
    @Test
    void everythingGoesThroughThePageCache() {
        try (MountedFileSystem ramfs = MountedFileSystem.inMemory(scratch, "ramfs", "mode=0700");
                FileEngine engine = FileEngine.open(FilePool.at(ramfs.path().resolve("pool")))) {
            // Given
            assertThat(engine.traits().versions()).contains("no direct I/O");
            byte[] bytes = AwaitedVolume.pattern(1, 4 * CLUSTER);
            engine.create(VolumeName.of("v"), bytes.length, Provisioning.THIN);

            // When
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
                volume.write(0, bytes);
                volume.unmap(CLUSTER, CLUSTER);
                volume.writeZeroes(3L * CLUSTER - 4096, CLUSTER + 4096).flush();
            }
            engine.seal(VolumeName.of("v"), VolumeName.of("s"));
            engine.cloneOf(VolumeName.of("s"), VolumeName.of("c"));

            // Then
            Arrays.fill(bytes, CLUSTER, 2 * CLUSTER, (byte) 0);
            Arrays.fill(bytes, 3 * CLUSTER - 4096, 4 * CLUSTER, (byte) 0);
            for (String name : new String[] {"s", "c"}) {
                for (Access access : new Access[] {Access.READ, Access.VERIFY}) {
                    try (AwaitedVolume volume = AwaitedVolume.open(engine, name, access)) {
                        assertThat(volume.readAll()).isEqualTo(bytes);
                    }
                }
            }
        }
    }
}
