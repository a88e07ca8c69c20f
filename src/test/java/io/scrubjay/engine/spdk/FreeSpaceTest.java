// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The cleaning of free clusters beside merges that make more of them unclean, and beside those who need free clusters. On
 * a device where clearing takes writing.
 */
@NeedsSpdk
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FreeSpaceTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int BLOCK = SpdkVolume.IO_ALIGNMENT_BYTES;
    private static final int MERGES = 12;
    private static final int FAMILY_CLUSTERS = 4;
    private static final byte OLD = (byte) 0xAA;

    @TempDir
    Path directory;

    private SpdkPool pool;
    private SpdkEngine engine;

    @BeforeEach
    void open() {
        pool = DeviceKind.AIO.pool(directory, 40);
        engine = SpdkEngine.open(pool);
    }

    @AfterEach
    void freeClustersAreZeroAndThePoolIsClosedInGoodOrder() {
        Awaitility.await("clearing")
                .atMost(Duration.ofSeconds(30))
                .until(() -> engine.usage().unclearedClusters() == 0);
        engine.close();
        try (RawPool raw = RawPool.open(pool)) {
            assertThat(raw.store().all())
                    .extracting(Lvol::name)
                    .filteredOn(PrivateName::isPrivate)
                    .containsExactly(PrivateName.CLEAN.single());
            raw.requireFreeClustersAreZero();
        }
    }

    @Test
    void mergesInQuickSuccessionLeaveNothingUnclean() {
        for (int merge = 0; merge < MERGES; merge++) {
            mergeThatFreesClusters();
        }
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void fullPoolThatNobodyCouldClearBecomesClean() {
        engine.create(VolumeName.of("ballast"), 32L * CLUSTER, Provisioning.THICK);

        mergeThatFreesClusters();

        assertThat(engine.usage().freeClusters()).isEqualTo(8);
    }

    @Test
    void poolThatIsClosedDuringTheCleaningIsCleanedLater() {
        mergeThatFreesClusters();
        engine.close();

        engine = SpdkEngine.open(pool);

        requirePartialWritesShowNothing("later");
    }

    @Test
    void poolOfUnknownPastIsCleanedFirst() {
        engine.close();
        try (RawPool raw = RawPool.open(pool)) {
            // Given a store that some other tool has worked on
            raw.unmark();
            String old = raw.create("old", 30, Provisioning.THIN);
            raw.fill(old, 30, OLD);
            raw.store().delete(old);
        }

        engine = SpdkEngine.open(pool);

        requirePartialWritesShowNothing("first");
    }

    /** What was free when the mark was left is not all that is free at the end. */
    @Test
    void markInAPoolThatNobodyHasClosedIsNotBelieved() throws IOException {
        engine.close();
        Path device = directory.resolve(TestDevice.FILE_NAME);
        Path left = directory.resolve("left");
        try (RawPool raw = RawPool.open(pool)) {
            String old = raw.create("old", 30, Provisioning.THIN);
            raw.fill(old, 30, OLD);
            raw.store().delete(old);
            assertThat(raw.isMarked()).isTrue();
            Files.copy(device, left);
        }
        Files.move(left, device, StandardCopyOption.REPLACE_EXISTING);

        engine = SpdkEngine.open(pool);

        requirePartialWritesShowNothing("first");
    }

    /** Everything together takes far less than there is. */
    @Test
    void writersBesideTheCleaningGetZeroesAndRoom() {
        AtomicBoolean merged = new AtomicBoolean();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int rounds = 0;
            while (!merged.get()) {
                requirePartialWritesShowNothing("partial");
                requireThickVolumeIsZero();
                rounds++;
            }
            return rounds;
        });
        try {
            for (int merge = 0; merge < MERGES; merge++) {
                mergeThatFreesClusters();
            }
        } finally {
            merged.set(true);
        }

        assertThat(writer.join()).as("rounds of the writer").isPositive();
    }

    /** Leaves clusters full of old bytes that could not be cleared when they became free. */
    private void mergeThatFreesClusters() {
        VolumeName head = VolumeName.of("head");
        VolumeName old = VolumeName.of("old");
        engine.create(head, (long) FAMILY_CLUSTERS * CLUSTER, Provisioning.THIN);
        fill("head", OLD);
        engine.seal(head, old);
        engine.cloneOf(old, head);
        fill("head", (byte) 0x55);
        engine.delete(old);
        engine.delete(head);
    }

    private void fill(String name, byte value) {
        byte[] bytes = new byte[FAMILY_CLUSTERS * CLUSTER];
        Arrays.fill(bytes, value);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.WRITE)) {
            volume.write(0, bytes);
        }
    }

    private void requirePartialWritesShowNothing(String name) {
        int clusters = 8;
        engine.create(VolumeName.of(name), (long) clusters * CLUSTER, Provisioning.THIN);
        byte[] expected = new byte[clusters * CLUSTER];
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.WRITE)) {
            for (int cluster = 0; cluster < clusters; cluster++) {
                int offset = cluster * CLUSTER + (1 + cluster) * BLOCK;
                byte[] block = AwaitedVolume.pattern(cluster, BLOCK);
                volume.write(offset, block);
                System.arraycopy(block, 0, expected, offset, BLOCK);
            }
            assertThat(Arrays.mismatch(volume.readAll(), expected))
                    .as("the first byte that nobody wrote")
                    .isEqualTo(-1);
        }
        engine.delete(VolumeName.of(name));
    }

    private void requireThickVolumeIsZero() {
        int clusters = 8;
        engine.create(VolumeName.of("thick"), (long) clusters * CLUSTER, Provisioning.THICK);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "thick", Access.VERIFY)) {
            assertThat(Arrays.mismatch(volume.readAll(), new byte[clusters * CLUSTER]))
                    .as("the first byte that is not zero")
                    .isEqualTo(-1);
        }
        engine.delete(VolumeName.of("thick"));
    }
}
