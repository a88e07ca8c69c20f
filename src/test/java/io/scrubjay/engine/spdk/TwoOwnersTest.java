// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.FailingDisk.Request;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.SteppedProcess;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The device refuses the page that lists a volume's clusters, which is there already: SPDK (26.05) frees the new cluster, and
 * the volume goes on using it. While the device takes no writes the pool is read; as soon as it does, the process ends, and the
 * next start knows of one owner.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TwoOwnersTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int TRY_AGAIN = 75;
    private static final byte[] BYTES = AwaitedVolume.pattern(1, CLUSTER);

    @TempDir
    Path directory;

    @Test
    void poolInWhichAClusterGotTwoOwnersIsStartedAgainOnceItCanBeWritten() throws Exception {
        try (FailingDisk disk = FailingDisk.in(directory, 16L << 20)) {
            // Given
            SpdkDevice device = new SpdkDevice.Aio(disk.file(), false);
            try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(device))) {
                engine.create(TwoOwnersMain.VOLUME, 3L * CLUSTER, Provisioning.THIN);
                write(engine, 0);
            }
            long page = ClusterList.placeOf(TwoOwnersMain.VOLUME, disk.bytes());

            try (SteppedProcess agent =
                    SteppedProcess.start(directory.resolve("log"), TwoOwnersMain.class, device.toString())) {
                agent.await(TwoOwnersMain.OPEN);

                // When
                disk.fail(Request.WRITE, 1, page);
                agent.goOn();
                agent.await(TwoOwnersMain.WRITTEN + TwoOwnersMain.REFUSED);
                disk.heal();
                disk.failAll(Request.WRITE);
                agent.goOn();
                agent.await(TwoOwnersMain.FIRST_PROOF + TwoOwnersMain.REFUSED + ", done");
                disk.heal();
                agent.goOn();

                // Then
                assertThat(agent.status()).isEqualTo(TRY_AGAIN);
            }
            try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(device))) {
                assertThat(engine.unreadable()).isEmpty();
                assertThat(engine.isSound()).isTrue();
                write(engine, CLUSTER);
                try (AwaitedVolume volume = AwaitedVolume.open(engine, TwoOwnersMain.VOLUME.value(), Access.VERIFY)) {
                    byte[] all = volume.readAll();
                    assertThat(Arrays.copyOf(all, CLUSTER)).isEqualTo(BYTES);
                    assertThat(Arrays.copyOfRange(all, CLUSTER, 2 * CLUSTER)).isEqualTo(BYTES);
                }
            }
            try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(device))) {
                assertThat(engine.isSound()).as("at the start after that").isTrue();
            }
        }
    }

    private static void write(SpdkEngine engine, long offset) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, TwoOwnersMain.VOLUME.value(), Access.WRITE)) {
            volume.write(offset, BYTES).flush();
        }
    }
}
