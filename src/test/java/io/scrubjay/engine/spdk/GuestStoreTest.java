// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** A guest may use SPDK, too, and make a store with whatever name in its volume. That is bytes to us, and stays the guest's. */
@NeedsSpdk
class GuestStoreTest {
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final int GUEST_CLUSTERS = 10;

    @TempDir
    Path directory;

    private byte[] guestsDisk() throws IOException {
        SpdkPool pool = DeviceKind.AIO.pool(Files.createDirectory(directory.resolve("guest")), GUEST_CLUSTERS);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(VolumeName.of("inner"), TestDevice.CLUSTER_BYTES, Provisioning.THIN);
        }
        return Files.readAllBytes(((SpdkDevice.Aio) pool.device()).path());
    }

    @Test
    void aStoreInAVolumeIsNotOpened() throws IOException {
        // Given
        byte[] disk = guestsDisk();
        SpdkPool pool = DeviceKind.AIO.pool(directory, 3 * GUEST_CLUSTERS);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(VOLUME, disk.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, disk).flush();
            }
        }

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool)) {

            // Then
            assertThat(engine.list()).extracting(VolumeSummary::name).containsExactly(VOLUME);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                assertThat(volume.readAll()).isEqualTo(disk);
                volume.write(0, disk).flush();
            }
            engine.snapshot(VOLUME, VolumeName.of("snapshot"));
        }
    }
}
