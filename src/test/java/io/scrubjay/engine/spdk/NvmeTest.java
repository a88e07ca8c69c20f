// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;
import io.scrubjay.engine.spdk.device.NvmeTcpAddress;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.ReactorOptions;
import io.scrubjay.engine.spdk.process.ReactorOptions.Memory;
import io.scrubjay.engine.spdk.process.ReactorOptions.Mode;
import io.scrubjay.engine.spdk.process.SpdkCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is special about a pool on an NVMe controller, as far as it can be seen without the PCI bus. */
@NeedsPolling
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NvmeTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int CLUSTERS = 24;
    private static final int BLOCK = SpdkVolume.IO_ALIGNMENT_BYTES;
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName SNAPSHOT = VolumeName.of("snapshot");

    @TempDir
    Path directory;

    private NvmeTarget target;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        target = NvmeTarget.start(directory);
        file = TestDevice.make(directory, CLUSTERS);
    }

    @AfterEach
    void end() {
        if (target != null) {
            target.close();
        }
    }

    private static PoolUnusable refused(SpdkPool pool) {
        return catchThrowableOfType(
                PoolUnusable.class, () -> SpdkEngine.open(pool).close());
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void whatWasWrittenIsThereAfterAReopen(int blockBytes) {
        SpdkPool pool = TestDevice.pool(target.add(file, blockBytes));
        byte[] bytes = AwaitedVolume.pattern(1, 3 * CLUSTER);
        byte[] newer = AwaitedVolume.pattern(2, BLOCK);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(VOLUME, bytes.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, bytes);
            }
            engine.snapshot(VOLUME, SNAPSHOT);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(CLUSTER, newer).flush();
            }
            // Which copies the clusters of the parent, by a block each.
            engine.decouple(VOLUME);
        }

        try (SpdkEngine engine = SpdkEngine.open(pool.withFormat(FormatPolicy.NEVER))) {
            assertThat(engine.usage().unclearedClusters()).isZero();
            try (AwaitedVolume snapshot = AwaitedVolume.open(engine, SNAPSHOT.value(), Access.VERIFY)) {
                assertThat(snapshot.readAll()).isEqualTo(bytes);
            }
            System.arraycopy(newer, 0, bytes, CLUSTER, BLOCK);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.VERIFY)) {
                assertThat(volume.readAll()).isEqualTo(bytes);
            }
        }
    }

    /**
     * More at once than there are slots to bounce in, each larger than a slot and across their borders. They overlap, and
     * write the same where they do.
     */
    @Test
    void requestsThatDoNotFitWaitOrGoInPieces() {
        int size = (CLUSTERS - 4) * CLUSTER;
        int length = 3 * CLUSTER + BLOCK;
        ByteBuffer source = AwaitedVolume.buffer(AwaitedVolume.pattern(5, size));
        ByteBuffer read = AwaitedVolume.buffer(new byte[size]);
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(target.add(file)))) {
            engine.create(VOLUME, size, Provisioning.THIN);
            try (Volume volume = engine.open(VOLUME, Access.WRITE)) {
                awaitAll(places(size, length), at -> volume.write(at, source.slice(at, Math.min(length, size - at))));
                awaitAll(places(size, length), at -> volume.read(at, read.slice(at, Math.min(length, size - at))));
            }
        }

        assertThat(read).isEqualTo(source);
    }

    /** Places that leave nothing out, each three times. */
    private static List<Integer> places(int size, int length) {
        return IntStream.iterate(0, at -> at < size, at -> at + (length / 2 / BLOCK - 1) * BLOCK)
                .boxed()
                .flatMap(at -> Stream.of(at, at, at))
                .toList();
    }

    private static void awaitAll(List<Integer> places, Function<Integer, CompletionStage<Void>> request) {
        assertThat(places).hasSizeGreaterThan(32);
        places.stream().map(request).toList().forEach(Stages::await);
    }

    @Test
    void slotsAreKeptWhileAHandleUsesThem() {
        SpdkPool pool = TestDevice.pool(target.add(file));
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(VOLUME, CLUSTER, Provisioning.THIN);
            Reactor reactor = Reactor.started(pool.reactor());
            try (Volume volume = engine.open(VOLUME, Access.READ)) {
                assertThat(volume.sizeBytes()).isEqualTo(CLUSTER);
                assertThat(SpdkCalls.closeBounce(reactor)).isEqualTo(-Errno.EBUSY);
            }
        }
    }

    /** SPDK sends a command that has failed three times more. */
    @Test
    void flushReachesTheDeviceAndItsFailureIsTold() {
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(target.add(file)))) {
            engine.create(VOLUME, CLUSTER, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, AwaitedVolume.pattern(1, CLUSTER));
                target.fail("flush", 4);

                assertThatThrownBy(volume::flush)
                        .isInstanceOf(DeviceFailed.class)
                        .hasMessageContaining("flush");
                volume.flush();
            }
            // A change to what there is counts on it as well.
            target.fail("flush", 4);
            assertThatThrownBy(() -> engine.create(SNAPSHOT, CLUSTER, Provisioning.THIN))
                    .isInstanceOf(DeviceFailed.class);
        }
    }

    @Test
    void whatIsDeletedIsOverwrittenWithZeroes() throws IOException {
        byte[] secret = "a secret in the middle of a cluster".getBytes(StandardCharsets.US_ASCII);
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(target.add(file)))) {
            assertThat(engine.traits().clear().orElseThrow()).startsWith("write-zeroes: ");
            engine.create(VOLUME, CLUSTER, Provisioning.THIN);
            byte[] bytes = new byte[CLUSTER];
            System.arraycopy(secret, 0, bytes, CLUSTER / 2, secret.length);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, bytes);
            }
            assertThat(contains(secret)).isTrue();

            engine.delete(VOLUME);
        }

        assertThat(contains(secret)).isFalse();
    }

    private boolean contains(byte[] bytes) throws IOException {
        String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        return all.contains(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({"0, first", "1044480, first", "25165824, last", "26210304, last"})
    void unknownBytesAtAnEndAreLeftAsTheyAre(int offset, String where) throws IOException {
        byte[] bytes = new byte[BLOCK];
        new Random(offset).nextBytes(bytes);
        write(offset, bytes);

        requireLeftAsItIs("unknown data in its " + where + " mebibyte", "wipe this one");
    }

    @Test
    void fileSystemIsLeftAsItIs() throws IOException {
        // The magic of ext2, and what a probe wants to see around it.
        byte[] superBlock = new byte[1024];
        ByteBuffer.wrap(superBlock)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, 128)
                .putInt(4, 1024)
                .putShort(56, (short) 0xEF53);
        write(1024, superBlock);

        requireLeftAsItIs("a signature of ext2", "wipe this one");
    }

    @Test
    void storeThatDoesNotLoadIsLeftAsItIs() throws IOException {
        SpdkEngine.open(TestDevice.pool(target.add(file))).close();
        write(100, new byte[] {0x55});

        requireLeftAsItIs("holds an lvol store that SPDK could not load", "restore its super block");
    }

    @Test
    void blankOneIsNotFormattedUnasked() throws IOException {
        Path before = Files.copy(file, directory.resolve("before"));
        SpdkPool pool = TestDevice.pool(target.add(file)).withFormat(FormatPolicy.NEVER);

        assertThat(refused(pool)).hasMessageContaining("is blank");
        assertThat(Files.mismatch(before, file)).isEqualTo(-1);
    }

    /** Refused, unchanged, and let go of. */
    private void requireLeftAsItIs(String reason, String remedy) throws IOException {
        Path before = Files.copy(file, directory.resolve("before"));
        SpdkPool pool = TestDevice.pool(target.add(file));
        for (int round = 0; round < 2; round++) {
            PoolUnusable refused = refused(pool);

            assertThat(refused).hasMessageContaining(reason);
            assertThat(refused.remedy()).contains(remedy);
            assertThat(Files.mismatch(before, file))
                    .as("the first byte changed")
                    .isEqualTo(-1);
        }
    }

    private void write(long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile device = new RandomAccessFile(file.toFile(), "rw")) {
            device.seek(offset);
            device.write(bytes);
        }
    }

    @Test
    void controllerHasOneNamespace() throws IOException {
        SpdkDevice.Nvme none = target.addController();
        SpdkDevice.Nvme two = target.add(file);
        target.addNamespace(two, Files.copy(file, directory.resolve("second")), BLOCK);

        assertThat(refused(TestDevice.pool(none))).hasMessageContaining("has no namespace");
        assertThat(refused(TestDevice.pool(two))).hasMessageContaining("has 2 namespaces");
    }

    @Test
    void blocksAreNotLargerThanAPage() throws IOException {
        PoolUnusable refused = refused(TestDevice.pool(target.add(file, 8192)));

        assertThat(refused).hasMessageContaining("has blocks of 8192 bytes");
        assertThat(refused.remedy()).contains("512 or 4096");
    }

    @Test
    void controllerThatIsNotThere() {
        SpdkDevice.Nvme nowhere = new SpdkDevice.Nvme(new NvmeTcpAddress("127.0.0.1", 1, "nqn.2026-11.io.scrubjay:x"));

        PoolUnusable refused = refused(TestDevice.pool(nowhere));

        assertThat(refused).hasMessageContaining("cannot be opened");
        assertThat(refused.remedy()).contains("vfio-pci");
    }

    @Test
    void controllerInUseIsNotOpenedAgain() {
        SpdkPool pool = TestDevice.pool(target.add(file));
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(refused(pool)).hasMessageContaining("is in use in this process");
            assertThat(engine.list()).isEmpty();
        }
        SpdkEngine.open(pool).close();
    }

    @Test
    void processThatCannotDriveItIsTold() {
        SpdkPool onTheBus = TestDevice.pool(SpdkDevice.parse("nvme:0000:01:00.0"));

        assertThat(refused(onTheBus)).hasMessageContaining("scrubjay.spdk.memory-kind=hugepages");
        assertThat(refused(with(onTheBus, new ReactorOptions(0, 64, Memory.HUGEPAGES, Mode.INTERRUPT))))
                .hasMessageContaining("scrubjay.spdk.mode=poll");
    }

    private static SpdkPool with(SpdkPool pool, ReactorOptions reactor) {
        return new SpdkPool(
                pool.device(),
                pool.name(),
                pool.clusterSize(),
                pool.format(),
                pool.clear(),
                pool.reserveClusters(),
                reactor,
                pool.exports());
    }

    /** The device is gone for good: whoever asks is told, nothing waits for it, and it can be closed. */
    @Test
    void deviceThatIsLostIsAnError() {
        SpdkPool pool = TestDevice.pool(target.add(file));
        SpdkEngine engine = SpdkEngine.open(pool);
        engine.create(VOLUME, 4 * CLUSTER, Provisioning.THIN);
        byte[] bytes = AwaitedVolume.pattern(1, CLUSTER);
        Volume volume = engine.open(VOLUME, Access.WRITE);
        Stages.await(volume.write(0, AwaitedVolume.buffer(bytes)));

        target.close();

        assertThatThrownBy(() -> Stages.await(volume.write(CLUSTER, AwaitedVolume.buffer(bytes))))
                .isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> Stages.await(volume.read(0, AwaitedVolume.buffer(bytes))))
                .isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> Stages.await(volume.flush())).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> engine.create(SNAPSHOT, CLUSTER, Provisioning.THIN))
                .isInstanceOf(EngineException.class);
        volume.close();
        assertThatThrownBy(engine::close).isInstanceOf(DeviceFailed.class);
        // And is not in use any more.
        assertThat(refused(pool)).hasMessageContaining("cannot be opened");
    }
}
