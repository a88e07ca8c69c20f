// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.FailingDisk.Request;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.ondisk.MetadataPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The device fails one read of what a store says of itself. The start ends, says so, and the next one is whole. */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailedLoadTest {
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, TestDevice.CLUSTER_BYTES);
    /** The super block, and the lists of pages, clusters and volumes. */
    private static final int LIST_OF_VOLUMES_AT = 3 * MetadataPage.BYTES;

    @TempDir
    Path directory;

    private FailingDisk disk;

    @BeforeEach
    void fillADisk() throws IOException {
        disk = FailingDisk.in(directory, 16L << 20);
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            engine.create(VOLUME, BYTES.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, BYTES).flush();
            }
        }
    }

    @AfterEach
    void removeIt() throws IOException {
        if (disk != null) {
            disk.close();
        }
    }

    private SpdkPool pool() {
        return TestDevice.pool(device());
    }

    private SpdkDevice device() {
        return new SpdkDevice.Aio(disk.file(), false);
    }

    /** Whoever reads it: the engine or SPDK. */
    @ParameterizedTest
    @ValueSource(ints = {0, MetadataPage.BYTES, 2 * MetadataPage.BYTES, LIST_OF_VOLUMES_AT})
    void oneReadThatFailsIsSaidToBeOne(int at) {
        List<EngineException> refusals = new ArrayList<>();
        long reads = readsOfAStart(at);
        for (long n = 1; n <= reads; n++) {
            // When
            disk.fail(Request.READ, n, at);
            refusal().ifPresent(refusals::add);

            // Then
            requireWhole();
        }
        assertThat(refusals).isNotEmpty().allSatisfy(reason -> {
            assertThat(reason.isRetryable()).isTrue();
            assertThat(reason)
                    .message()
                    .containsAnyOf("at byte " + at + " failed", "bytes 0 to 16383", "Input/output error");
            assertThat(reason).message().doesNotContain("restore");
        });
    }

    /** How often a byte is read. */
    private long readsOfAStart(int at) {
        disk.fail(Request.READ, 0, at);
        SpdkEngine.open(pool()).close();
        long reads = disk.seen(Request.READ);
        disk.heal();
        return reads;
    }

    /** SPDK keeps the device open after one of them. */
    @Test
    void theProcessEndsWithTheStatusOfATemporaryFailure() throws Exception {
        List<Integer> ends = new ArrayList<>();
        long reads = readsOfAStart(LIST_OF_VOLUMES_AT);
        for (long n = 1; n <= reads; n++) {
            // When
            disk.fail(Request.READ, n, LIST_OF_VOLUMES_AT);
            ends.add(FailedLoadMain.statusOf(device(), directory.resolve("log-" + n)));

            // Then
            requireWhole();
        }
        assertThat(ends).isSubsetOf(0, FailedLoadMain.TRY_AGAIN).contains(FailedLoadMain.TRY_AGAIN);
    }

    private Optional<EngineException> refusal() {
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            assertThat(engine.unreadable()).isEmpty();
            return Optional.empty();
        } catch (EngineException refused) {
            return Optional.of(refused);
        } finally {
            disk.heal();
        }
    }

    private void requireWhole() {
        try (SpdkEngine engine = SpdkEngine.open(pool());
                AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.READ)) {
            assertThat(volume.readAll()).isEqualTo(BYTES);
        }
    }
}
