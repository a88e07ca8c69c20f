// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.DiskRecord;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Survival;
import io.scrubjay.engine.VolatileDisk;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * INVARIANT I-6: the mark that vouches for cleared clusters is not made when the device fails to make their zeroes last. The
 * pool is closed all the same, and the power is lost.
 */
@NeedsSpdk
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CleanMarkPowerLossTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int DISK_BYTES = 24 << 20;
    /** From here on the disk is full of what other owners have left. */
    private static final int FOREIGN_FROM = DISK_BYTES / 2;

    private static final int BLOCK = 4096;
    private static final VolumeName V = VolumeName.of("v");

    @TempDir
    Path directory;

    @Test
    void noMarkOutlivesTheZeroesThatItVouchesFor() throws IOException {
        // Given a pool that a crash has left with clusters of other owners, which a start clears
        byte[] crashed = crashed();
        DiskRecord record = new DiskRecord();
        List<Integer> flushes = new CopyOnWriteArrayList<>();
        int closing;
        try (FailingDisk disk = FailingDisk.in(directory, DISK_BYTES)) {
            Files.write(disk.bytes(), crashed, StandardOpenOption.WRITE);
            disk.tell((request, offset, data) -> {
                record.done(request, offset, data);
                if (request == FailingDisk.Request.FLUSH) {
                    flushes.add(record.size());
                }
            });
            // When it is closed, and the device cannot make the zeroes last
            SpdkEngine engine = SpdkEngine.open(pool(disk.file()));
            try {
                ClearedPool.await(engine);
                closing = record.size();
                disk.fail(FailingDisk.Request.FLUSH, 1);
            } finally {
                Throwable unused = catchThrowable(engine::close);
            }
        }
        // Then nothing is handed out, though all is lost that was written before and not flushed
        assertThat(record.size()).as("writes and flushes").isGreaterThan(closing);
        for (int ended = closing; ended <= record.size(); ended++) {
            int flushed = lastUntil(ended, flushes);
            VolatileDisk disk = new VolatileDisk(crashed, BLOCK, DISK_BYTES);
            int kept = record.play(disk, 0, flushed);
            int at = record.play(disk, Math.max(kept, closing), Math.max(kept, ended));
            requireNothingForeign(disk, "after event " + at + ", closed from " + closing + " on");
        }
    }

    private static int lastUntil(int event, List<Integer> flushes) {
        return flushes.stream()
                .mapToInt(Integer::intValue)
                .filter(flush -> flush <= event)
                .max()
                .orElse(0);
    }

    private byte[] crashed() throws IOException {
        Path device = Files.write(directory.resolve("crashed"), new byte[DISK_BYTES]);
        byte[] bytes;
        try (SpdkEngine engine = SpdkEngine.open(pool(device))) {
            ClearedPool.await(engine);
            bytes = Files.readAllBytes(device);
        }
        Arrays.fill(bytes, FOREIGN_FROM, DISK_BYTES, (byte) 0x5C);
        return bytes;
    }

    /** Hands the clusters out again, and has a block of each written. */
    private void requireNothingForeign(VolatileDisk disk, String when) throws IOException {
        Path device = directory.resolve("left");
        disk.leave(device, Survival.EVERYTHING, new Random(0));
        try (SpdkEngine engine = SpdkEngine.open(pool(device))) {
            long clusters = engine.usage().freeClusters();
            engine.create(V, clusters * CLUSTER, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, V.value(), Access.WRITE)) {
                for (int cluster = 0; cluster < clusters; cluster++) {
                    volume.write((long) cluster * CLUSTER, new byte[BLOCK]);
                }
                byte[] all = volume.readAll();
                assertThat(Arrays.mismatch(all, new byte[all.length]))
                        .as("the first byte of somebody else's " + when)
                        .isEqualTo(-1);
            }
        }
    }

    private static SpdkPool pool(Path device) {
        return TestDevice.pool(new SpdkDevice.Aio(device, false));
    }
}
