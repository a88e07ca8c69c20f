// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.ondisk.MetadataPage;
import io.scrubjay.engine.spdk.process.ControlCalls;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * SPDK empties the pages of metadata of a volume that it deletes in any order. Cut off between two of them, the volume has a
 * name by which the next start knows that it was being deleted. Only large volumes have a chain of several pages: here, the
 * page that lists the clusters of a small one stands for a page of the chain.
 */
@NeedsSpdk
@Timeout(240)
class CutOffDeletionTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName SNAPSHOT = VolumeName.of("snapshot");

    @TempDir
    Path directory;

    private Path left() {
        return directory.resolve("left");
    }

    /** Copies the device before each deletion of a volume by SPDK. */
    private UnaryOperator<ControlCalls> copying(Path device) {
        return calls -> (method, parameters) -> {
            if (method.equals("bdev_lvol_delete")) {
                try {
                    Files.copy(device, left(), StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
            return calls.call(method, parameters);
        };
    }

    @ParameterizedTest
    @CsvSource({"AIO, volume", "AIO, snapshot", "AIO_FALLOCATE, volume", "AIO_FALLOCATE, snapshot"})
    void theNextStartGoesOnWithIt(DeviceKind kind, String deleted) throws IOException {
        // Given
        SpdkPool pool = kind.pool(directory, 20);
        Path device = directory.resolve(TestDevice.FILE_NAME);
        try (SpdkEngine engine = SpdkEngine.open(pool, copying(device))) {
            engine.create(VOLUME, 3L * CLUSTER, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, AwaitedVolume.pattern(1, 3 * CLUSTER)).flush();
            }
            if (deleted.equals("snapshot")) {
                engine.seal(VOLUME, SNAPSHOT);
            }
            ClearedPool.await(engine);
            Files.deleteIfExists(left());
            engine.delete(VolumeName.of(deleted));
        }
        Files.move(left(), device, StandardCopyOption.REPLACE_EXISTING);
        emptyListsOfClusters(device);

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            // Then
            assertThat(engine.list()).isEmpty();
            assertThat(engine.unreadable()).isEmpty();
            ClearedPool.await(engine);
            assertThat(engine.usage().usedBytes()).isZero();
        }
        try (RawPool raw = RawPool.open(pool)) {
            raw.requireFreeClustersAreZero();
            raw.requireClustersAddUp();
        }
    }

    private static void emptyListsOfClusters(Path device) throws IOException {
        MetadataFaults faults = new MetadataFaults(device);
        int emptied = 0;
        for (Map.Entry<Long, byte[]> page : faults.pages().entrySet()) {
            if (MetadataPage.of(ByteBuffer.wrap(page.getValue())).parts().stream()
                    .anyMatch(part -> part.type() == MetadataPage.Part.EXTENT_PAGE)) {
                faults.breakPage(MetadataFaults.Fault.EMPTIED, page.getKey(), page.getValue());
                emptied++;
            }
        }
        assertThat(emptied).as("lists of clusters").isPositive();
    }
}
