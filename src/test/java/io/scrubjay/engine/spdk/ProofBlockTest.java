// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.file.MountedFileSystem;
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
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A pool that is asked whether it takes writes makes one, and changes nothing that anybody sees. */
@NeedsSpdk
@Timeout(240)
class ProofBlockTest {
    private static final int CLUSTERS = 24;
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
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
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)))) {
            engine.proveWritable();
            byte[] theirs = "somebody's".getBytes(StandardCharsets.US_ASCII);
            long place = find(device, "scrubjay writes this block");
            write(device, place, theirs);

            assertThatThrownBy(engine::proveWritable)
                    .isInstanceOf(DeviceFailed.class)
                    .hasMessageContaining("reads as something else");
            engine.proveWritable();

            assertThat(read(device, place, theirs.length)).isEqualTo(theirs);
        }
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
