// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Metadata in which two volumes have one cluster. */
@NeedsSpdk
class ClusterAccountsTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final VolumeName FIRST = VolumeName.of("first");
    private static final VolumeName SECOND = VolumeName.of("second");
    private static final VolumeName NEXT = VolumeName.of("next");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, CLUSTER);

    @TempDir
    Path directory;

    private SpdkEngine engine;

    @BeforeEach
    void open() {
        engine = SpdkEngine.open(DeviceKind.AIO_FALLOCATE.pool(directory, 8));
        engine.create(FIRST, CLUSTER, Provisioning.THIN);
        engine.create(SECOND, CLUSTER, Provisioning.THIN);
        engine.create(NEXT, CLUSTER, Provisioning.THIN);
        write(FIRST);
        write(SECOND);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void write(VolumeName name) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name.value(), Access.WRITE)) {
            volume.write(0, BYTES).flush();
        }
    }

    @Test
    void poolWithAClusterOfTwoVolumesCanBeReadAndNotChanged() throws IOException {
        // Given: after a crash SPDK finds out from the volumes which clusters are in use, and counts this one twice.
        Path copy = directory.resolve("copy");
        Files.copy(directory.resolve("device"), copy);
        engine.close();
        giveBothTheSameCluster(copy);
        engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(copy, true)));
        engine.close();

        // When
        engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(copy, true)));

        // Then
        assertThat(engine.isSound()).isFalse();
        assertThatThrownBy(() -> write(NEXT)).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(() -> engine.delete(FIRST)).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(() -> engine.create(VolumeName.of("more"), CLUSTER, Provisioning.THICK))
                .isInstanceOf(DeviceFailed.class);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, FIRST.value(), Access.VERIFY)) {
            assertThat(volume.readAll()).isEqualTo(BYTES);
        }
    }

    @Test
    void poolThatWasNotClosedIsSound() throws IOException {
        Path copy = directory.resolve("copy");
        Files.copy(directory.resolve("device"), copy);
        engine.close();

        engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(copy, true)));

        assertThat(engine.isSound()).isTrue();
        write(NEXT);
    }

    /** Of the pages of metadata that list clusters, the second one gets the first one's. */
    private static void giveBothTheSameCluster(Path device) throws IOException {
        int pageBytes = 4096;
        int descriptor = 16;
        byte extentPage = 6;
        int firstCluster = descriptor + 9;
        byte[] cluster = new byte[0];
        int found = 0;
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            byte[] page = new byte[pageBytes];
            for (int at = 0; at < CLUSTER; at += pageBytes) {
                file.seek(at);
                file.readFully(page);
                ByteBuffer fields = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
                if (page[descriptor] == extentPage && fields.getInt(pageBytes - Integer.BYTES) == crc(page)) {
                    found++;
                    if (found == 1) {
                        cluster = new byte[] {page[firstCluster], page[firstCluster + 1]};
                    } else {
                        System.arraycopy(cluster, 0, page, firstCluster, cluster.length);
                        fields.putInt(pageBytes - Integer.BYTES, crc(page));
                        file.seek(at);
                        file.write(page);
                    }
                }
            }
        }
        assertThat(found).isEqualTo(2);
    }

    private static int crc(byte[] page) {
        CRC32C crc = new CRC32C();
        crc.update(page, 0, page.length - Integer.BYTES);
        return (int) crc.getValue();
    }
}
