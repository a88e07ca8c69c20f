// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.file.MountedFileSystem;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.process.ControlCalls;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A pool that is asked whether it takes writes makes one, and changes nothing that anybody sees. */
@NeedsSpdk
@Timeout(240)
class ProofBlockTest {
    private static final int CLUSTERS = 24;
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final String PROOF = "scrubjay writes this block";
    private static final VolumeName VOLUME = VolumeName.of("volume");

    @TempDir
    Path directory;

    private static void fill(SpdkEngine engine, long leftClusters) {
        long clusters = engine.usage().freeClusters() - leftClusters;
        engine.create(VOLUME, clusters * CLUSTER, Provisioning.THICK);
    }

    @ParameterizedTest
    @EnumSource
    void proofIsSeenByNobody(DeviceKind kind) {
        SpdkPool pool = kind.pool(directory, CLUSTERS);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            PoolUsage before = engine.usage();

            engine.proveWritable();
            engine.proveWritable();

            assertThat(engine.list()).isEmpty();
            assertThat(engine.usage())
                    .isEqualTo(new PoolUsage(before.totalClusters(), before.freeClusters() - 1, before.usedBytes()));
        }
        try (RawPool raw = RawPool.open(pool)) {
            assertThat(raw.isMarked()).as("closed in good order").isTrue();
            assertThat(raw.store().all()).hasSize(1);
            raw.requireFreeClustersAreZero();
        }
    }

    @Test
    void deviceThatRefusesWritesProvesNothingUntilItTakesThem() {
        try (MountedFileSystem ext4 = MountedFileSystem.inFile(directory, 64L << 20, "mkfs.ext4", "-q")) {
            Path device = TestDevice.make(ext4.path(), CLUSTERS);
            try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)))) {
                engine.proveWritable();

                MountedFileSystem.refuseWrites(device);
                try {
                    assertThatThrownBy(engine::proveWritable)
                            .isInstanceOf(DeviceFailed.class)
                            .hasMessageContaining("write of the proof");
                } finally {
                    MountedFileSystem.takeWrites(device);
                }

                engine.proveWritable();
                // Nor is that failure held against what follows.
                engine.create(VOLUME, CLUSTER, Provisioning.THIN);
                try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                    volume.write(0, AwaitedVolume.pattern(1, CLUSTER)).flush();
                }
            }
        }
    }

    /** No cluster is lost with each of them. */
    @Test
    void firstProofsThatFailTakeOneClusterTogether() {
        try (MountedFileSystem ext4 = MountedFileSystem.inFile(directory, 64L << 20, "mkfs.ext4", "-q")) {
            Path device = TestDevice.make(ext4.path(), CLUSTERS);
            try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)))) {
                long free = engine.usage().freeClusters();
                MountedFileSystem.refuseWrites(device);
                try {
                    for (int proof = 0; proof < 5; proof++) {
                        assertThatThrownBy(engine::proveWritable).isInstanceOf(DeviceFailed.class);
                    }
                } finally {
                    MountedFileSystem.takeWrites(device);
                }

                engine.proveWritable();

                assertThat(engine.usage().freeClusters()).isEqualTo(free - 1);
            }
        }
    }

    @Test
    void fullPoolIsProvenByTheClusterOfTheFirstProof() {
        try (SpdkEngine engine = SpdkEngine.open(DeviceKind.AIO.pool(directory, CLUSTERS))) {
            engine.proveWritable();
            fill(engine, 0);

            engine.proveWritable();

            assertThat(engine.usage().freeClusters()).isZero();
        }
    }

    @Test
    void firstProofOfAFullPoolSaysThatThereIsNoRoom() {
        try (SpdkEngine engine = SpdkEngine.open(DeviceKind.AIO.pool(directory, CLUSTERS))) {
            fill(engine, 0);

            assertThatThrownBy(engine::proveWritable).isInstanceOf(NoSpace.class);

            engine.delete(VOLUME);
            engine.proveWritable();
        }
    }

    /** As if SPDK had given the cluster to another volume as well. */
    @Test
    void bytesOfSomebodyElseInItsPlaceStay() throws IOException {
        Path device = TestDevice.make(directory, CLUSTERS);
        SpdkPool pool = TestDevice.pool(new SpdkDevice.Aio(device, false));
        byte[] theirs = "somebody's".getBytes(StandardCharsets.US_ASCII);
        long place;
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.proveWritable();
            long free = engine.usage().freeClusters();
            place = find(device, PROOF);
            write(device, place, theirs);

            for (int proof = 0; proof < 3; proof++) {
                assertThatThrownBy(engine::proveWritable)
                        .isInstanceOf(DeviceFailed.class)
                        .hasMessageContaining("reads as something else");
            }

            assertThat(read(device, place, theirs.length)).isEqualTo(theirs);
            assertThat(engine.usage().freeClusters()).isEqualTo(free);
        }
        assertThat(read(device, place, theirs.length)).as("after the closing").isEqualTo(theirs);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.proveWritable();
            ClearedPool.await(engine);

            assertThat(read(device, place, theirs.length))
                    .as("after the next start")
                    .isEqualTo(theirs);
            assertThat(engine.usage().heldBackClusters()).isEqualTo(1);
        }
    }

    @Test
    void bytesOfSomebodyElseThatNoProofHasSeenStayWhenThePoolIsClosed() throws IOException {
        Path device = TestDevice.make(directory, CLUSTERS);
        SpdkPool pool = TestDevice.pool(new SpdkDevice.Aio(device, false));
        byte[] theirs = "somebody's".getBytes(StandardCharsets.US_ASCII);
        long place;
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.proveWritable();
            place = find(device, PROOF);
            write(device, place, theirs);
        }

        assertThat(read(device, place, theirs.length)).isEqualTo(theirs);
    }

    /** SPDK compares before it writes, and calls a comparison that it could not make a difference. */
    @Test
    void blockThatCannotBeReadIsNoLossAndTakesNoOtherCluster() throws IOException {
        Path device = TestDevice.make(directory, CLUSTERS);
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)))) {
            ClearedPool.await(engine);
            engine.proveWritable();
            long free = engine.usage().freeClusters();
            byte[] whole = Files.readAllBytes(device);
            // A device that ends before the block: SPDK still counts on the rest.
            setLength(device, find(device, PROOF));

            for (int proof = 0; proof < 2; proof++) {
                assertThatThrownBy(engine::proveWritable)
                        .isInstanceOf(DeviceFailed.class)
                        .hasMessageContaining("read of what the proof has written");
            }

            setLength(device, whole.length);
            write(device, 0, whole);
            engine.proveWritable();
            assertThat(engine.usage().freeClusters()).isEqualTo(free);
        }
    }

    @Test
    void proofThatAKilledRunHasLeftIsRemovedAtTheNextStart() throws IOException {
        Path device = killedAfterAProof();

        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)))) {
            ClearedPool.await(engine);

            assertThat(engine.usage().heldBackClusters()).isZero();
            assertThat(engine.usage().usedBytes()).isZero();
            assertThatThrownBy(() -> find(device, PROOF)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void proofThatCannotBeRemovedDoesNotKeepThePoolFromBeingOpened() throws IOException {
        Path device = killedAfterAProof();
        AtomicBoolean refused = new AtomicBoolean(true);
        UnaryOperator<ControlCalls> way = calls -> (method, parameters) -> {
            if (refused.get() && method.equals("bdev_lvol_delete")) {
                throw new DeviceFailed(method, Errno.EIO);
            }
            return calls.call(method, parameters);
        };

        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)), way)) {
            assertThat(engine.usage().heldBackClusters()).isEqualTo(1);
            refused.set(false);

            Awaitility.await("removed")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> engine.usage().heldBack().isEmpty());
        }
    }

    /** Its device, with a store that nobody has unloaded and the volume of a proof. */
    private Path killedAfterAProof() throws IOException {
        Path device = TestDevice.make(directory, CLUSTERS);
        Path left = directory.resolve("left");
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)))) {
            ClearedPool.await(engine);
            engine.proveWritable();
            Files.copy(device, left);
        }
        return Files.move(left, device, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void closedPoolIsNotWritten() throws IOException {
        Path device = TestDevice.make(directory, CLUSTERS);
        SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)));
        engine.proveWritable();
        engine.close();
        byte[] closed = Files.readAllBytes(device);

        assertThatThrownBy(engine::proveWritable).isInstanceOf(IllegalStateException.class);

        assertThat(Files.readAllBytes(device)).isEqualTo(closed);
    }

    private static long find(Path device, String text) throws IOException {
        byte[] bytes = Files.readAllBytes(device);
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < bytes.length; at += SpdkVolume.IO_ALIGNMENT_BYTES) {
            if (Arrays.mismatch(bytes, at, at + wanted.length, wanted, 0, wanted.length) < 0) {
                return at;
            }
        }
        throw new AssertionError("'" + text + "' is nowhere on the device");
    }

    private static void setLength(Path device, long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    private static void write(Path device, long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }

    private static byte[] read(Path device, long offset, int length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "r")) {
            byte[] bytes = new byte[length];
            file.seek(offset);
            file.readFully(bytes);
            return bytes;
        }
    }
}
