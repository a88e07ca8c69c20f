// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is special about a pool by io_uring, from outside. */
@EnabledIf(
        value = "io.scrubjay.engine.spdk.UringEngineTest#ringsAreAllowed",
        disabledReason = "no SPDK (install it under /opt/spdk, build again), or kernel or container forbid io_uring")
class UringTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int CLUSTERS = 8;
    private static final VolumeName VOLUME = VolumeName.of("volume");

    @TempDir
    Path directory;

    private Path device;
    private SpdkPool pool;

    @BeforeEach
    void make() {
        device = TestDevice.make(directory, CLUSTERS);
        pool = TestDevice.pool(new SpdkDevice.Uring(device));
    }

    @Test
    void whatIsDeletedIsOverwrittenWithZeroes() throws IOException {
        byte[] secret = "a secret, four times over".getBytes(StandardCharsets.US_ASCII);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(engine.traits().clear()).get().asString().startsWith("write-zeroes: ");
            engine.create(VOLUME, 2 * CLUSTER, Provisioning.THIN);
            byte[] bytes = new byte[2 * CLUSTER];
            for (int at = 0; at < bytes.length; at += CLUSTER / 2) {
                System.arraycopy(secret, 0, bytes, at, secret.length);
            }
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, bytes);
            }
            assertThat(contains(secret)).isTrue();

            engine.delete(VOLUME);
        }

        assertThat(contains(secret)).isFalse();
        try (RawPool raw = RawPool.open(pool)) {
            raw.requireFreeClustersAreZero();
        }
    }

    private boolean contains(byte[] bytes) throws IOException {
        String all = new String(Files.readAllBytes(device), StandardCharsets.ISO_8859_1);
        return all.contains(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** The same bytes by another way: what was written is on the device, and not in some ring. */
    @Test
    void poolIsTheSameThroughTheOtherDriver() {
        byte[] bytes = AwaitedVolume.pattern(1, CLUSTER);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(VOLUME, CLUSTER, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, bytes);
            }
        }

        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)));
                AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.VERIFY)) {
            assertThat(volume.readAll()).isEqualTo(bytes);
        }
    }

    @Test
    void openDeviceIsNotOpenedAgain() {
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            PoolUnusable refused = catchThrowableOfType(
                    PoolUnusable.class, () -> SpdkEngine.open(pool).close());

            assertThat(refused).hasMessageContaining("is in use by another agent");
            assertThat(engine.list()).isEmpty();
        }
    }
}
