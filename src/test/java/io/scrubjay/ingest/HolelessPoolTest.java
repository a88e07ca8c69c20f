// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.HolelessEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.engine.file.MountedFileSystem;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** A pool that does not tell which clusters hold data takes images of known and of unknown length. */
@Timeout(240)
class HolelessPoolTest {
    private static final ClusterSize CLUSTER = ClusterSize.parse("64K");
    private static final int MIB = 1 << 20;

    @TempDir
    Path scratch;

    @Test
    void engineThatCallsEverythingAllocated() {
        takesImages(new HolelessEngine(TestPool.open(CLUSTER, 256L * MIB)));
    }

    @Test
    void ntfs3g() {
        try (MountedFileSystem ntfs = MountedFileSystem.ntfs3g(scratch, 256L * MIB)) {
            takesImages(FileEngine.open(FilePool.at(ntfs.path().resolve("pool"))));
        }
    }

    /** Takes one image with and one without a length announced; closes the engine. */
    private static void takesImages(StorageEngine engine) {
        // Given an image with a hole in it, and an end inside a cluster
        byte[] bytes = new byte[5 * MIB + 100];
        new Random(1).nextBytes(bytes);
        Arrays.fill(bytes, MIB, 2 * MIB, (byte) 0);
        Footprint written = new Footprint(CLUSTER, 4 * MIB / CLUSTER.bytes() + 1, MIB);
        try (engine;
                IngestKit kit = new IngestKit(engine)) {
            for (OptionalLong announced : List.of(OptionalLong.of(bytes.length), OptionalLong.empty())) {
                IngestOrder open = IngestKit.order("image-" + announced.isPresent());
                IngestOrder order = new IngestOrder(
                        open.name(),
                        open.form(),
                        announced,
                        open.virtualSizeBytes(),
                        open.expectedDigests(),
                        open.expectedContentDigest());

                // When
                Image image = kit.ingest(order, bytes, new Random(2), MIB);

                // Then
                assertThat(image.state())
                        .isInstanceOfSatisfying(
                                ImageState.Ready.class,
                                ready -> assertThat(ready.header().footprint()).isEqualTo(written));
                assertThat(kit.stored(image)).isEqualTo(bytes);
            }
        }
    }
}
