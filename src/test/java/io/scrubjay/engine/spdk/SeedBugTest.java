// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.SpdkPool.ClearMode;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The fault of longhorn #9876: the part of a fresh cluster that nobody wrote reads as what somebody else has left there.
 * On every kind of device and with every way to clear, whatever freed the cluster and whatever takes it. What holds I-6.
 *
 * <p>After each test, when the pool says that all is cleared, all free clusters are looked at.
 */
@NeedsSpdk
class SeedBugTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int BLOCK = SpdkVolume.IO_ALIGNMENT_BYTES;
    private static final int CAPACITY = 12;
    private static final byte OLD = (byte) 0xAA;
    private static final byte PARENT = 0x33;
    private static final byte NEW = 0x55;

    @TempDir
    Path directory;

    private SpdkPool pool;
    private SpdkEngine engine;

    static Stream<Arguments> setups() {
        return Stream.of(DeviceKind.values())
                .flatMap(kind -> kind.clearModes().stream().map(mode -> Arguments.of(kind, mode)));
    }

    private void open(DeviceKind kind, ClearMode mode) {
        pool = kind.pool(directory, CAPACITY).withClear(mode);
        engine = SpdkEngine.open(pool);
    }

    @AfterEach
    void everyFreeClusterIsZero() {
        if (engine != null) {
            awaitCleared();
            engine.close();
            try (RawPool raw = RawPool.open(pool)) {
                raw.requireFreeClustersAreZero();
            }
        }
    }

    private void awaitCleared() {
        Awaitility.await("clearing")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> engine.usage().unclearedClusters() == 0);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void newVolumeOnAUsedDevice(DeviceKind kind, ClearMode mode) {
        open(kind, mode);

        requireOnlyOneBlock("fresh", (byte) 0);
        requireZeroes(thick("thick", 3));
    }

    @ParameterizedTest
    @MethodSource("setups")
    void newVolumeAfterADeletedOne(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        full("old", CAPACITY);

        engine.delete(name("old"));

        requireOnlyOneBlock("thin", (byte) 0);
        requireZeroes(thick("thick", 3));
    }

    @ParameterizedTest
    @MethodSource("setups")
    void thickVolumeThatGrowsOverADeletedOne(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        thick("growing", 1);
        full("old", CAPACITY - 1);
        engine.delete(name("old"));

        engine.resize(name("growing"), 6L * CLUSTER);

        requireZeroes("growing");
    }

    @ParameterizedTest
    @MethodSource("setups")
    void cloneOfAnEmptySnapshot(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        thin("base", 2);
        engine.snapshot(name("base"), name("empty"));
        full("old", CAPACITY);
        engine.delete(name("old"));

        engine.cloneOf(name("empty"), name("clone"));

        writeBlock("clone");
        requireOneBlockIn("clone", (byte) 0);
        writeBlock("base");
        requireOneBlockIn("base", (byte) 0);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void cloneOfASnapshotWithData(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        sealed("data", 2, PARENT);
        full("old", CAPACITY - 2);
        engine.delete(name("old"));

        engine.cloneOf(name("data"), name("clone"));

        writeBlock("clone");
        requireOneBlockIn("clone", PARENT);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void clustersOfADeletedClone(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        thin("base", CAPACITY);
        engine.seal(name("base"), name("empty"));
        engine.cloneOf(name("empty"), name("clone"));
        write("clone", CAPACITY, OLD);

        engine.delete(name("clone"));

        requireOnlyOneBlock("thin", (byte) 0);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void clustersOfADeletedSnapshot(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        sealed("old", CAPACITY, OLD);

        engine.delete(name("old"));

        requireOnlyOneBlock("thin", (byte) 0);
        requireZeroes(thick("thick", 3));
    }

    @ParameterizedTest
    @MethodSource("setups")
    void clustersOfADeletedSnapshotInTheMiddle(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        full("head", 4);
        engine.snapshot(name("head"), name("first"));
        write("head", 4, PARENT);
        engine.seal(name("head"), name("second"));

        engine.delete(name("second"));

        requireOnlyOneBlock("thin", (byte) 0);
        requireOnly(OLD, "first");
    }

    /** Before they can have been cleared: nobody can write to what a merge frees. */
    @ParameterizedTest
    @MethodSource("setups")
    void clustersThatAMergeHasJustFreed(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        sealed("old", 5, OLD);
        engine.cloneOf(name("old"), name("child"));
        write("child", 5, NEW);
        thin("ready", 2);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "ready", Access.WRITE)) {
            engine.delete(name("old"));

            volume.write(2L * BLOCK, block(NEW));
        }

        requireOneBlockIn("ready", (byte) 0);
        requireZeroes(thick("thick", 3));
        requireOnly(NEW, "child");
    }

    @ParameterizedTest
    @MethodSource("setups")
    void clustersThatAMergeHasFreed(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        sealed("old", 5, OLD);
        engine.cloneOf(name("old"), name("child"));
        write("child", 5, NEW);

        engine.delete(name("old"));
        awaitCleared();

        requireOnlyOneBlock("thin", (byte) 0);
        requireZeroes(thick("thick", 3));
        requireOnly(NEW, "child");
    }

    @ParameterizedTest
    @MethodSource("setups")
    void clustersThatWereUnmapped(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        full("volume", CAPACITY);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "volume", Access.WRITE)) {
            volume.unmap(0, (long) CAPACITY * CLUSTER);
        }
        requireZeroes("volume");

        writeBlock("volume");

        requireOneBlockIn("volume", (byte) 0);
        requireOnlyOneBlock("other", (byte) 0);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void clustersThatWereUnmappedInAClone(DeviceKind kind, ClearMode mode) {
        open(kind, mode);
        sealed("data", 3, PARENT);
        engine.cloneOf(name("data"), name("clone"));
        write("clone", 1, OLD);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "clone", Access.WRITE)) {
            volume.unmap(0, 3L * CLUSTER);
        }
        requireZeroes("clone");

        writeBlock("clone");

        requireOneBlockIn("clone", (byte) 0);
    }

    /** A crash leaves clusters that are free and hold what nobody could clear. */
    @ParameterizedTest
    @MethodSource("setups")
    void clustersThatACrashHasLeft(DeviceKind kind, ClearMode mode) {
        pool = kind.pool(directory, CAPACITY).withClear(mode);
        try (RawPool raw = RawPool.open(pool)) {
            raw.unmark();
            String lost = raw.create("lost", CAPACITY, Provisioning.THIN);
            raw.fill(lost, CAPACITY, OLD);
            raw.store().delete(lost);
            String doomed = raw.create(PrivateName.DELETED.fresh(), 3, Provisioning.THIN);
            raw.fill(doomed, 3, OLD);
        }

        engine = SpdkEngine.open(pool);

        requireOnlyOneBlock("thin", (byte) 0);
        requireZeroes(thick("thick", 3));
        awaitCleared();
        requireOnlyOneBlock("later", (byte) 0);
    }

    /** Shows that the tests above can fail: the same steps without our clearing are fooled. */
    @Test
    void withoutClearingOldBytesAreRead() {
        SpdkPool unclean = DeviceKind.AIO.pool(directory, CAPACITY);
        try (RawPool raw = RawPool.open(unclean)) {
            String old = raw.create("old", CAPACITY, Provisioning.THIN);
            raw.fill(old, CAPACITY, OLD);
            raw.store().delete(old);
            String thin = raw.create("thin", 1, Provisioning.THIN);
            raw.writeBlock(thin, NEW);

            byte[] read = raw.read(thin, 0);

            assertThat(read[0]).isEqualTo(OLD);
            assertThat(read[2 * BLOCK]).isEqualTo(NEW);
            assertThat(read[CLUSTER - 1]).isEqualTo(OLD);
        }
    }

    private static VolumeName name(String name) {
        return VolumeName.of(name);
    }

    private static byte[] block(byte value) {
        return bytes(BLOCK, value);
    }

    private static byte[] bytes(int length, byte value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private void thin(String name, int clusters) {
        engine.create(name(name), (long) clusters * CLUSTER, Provisioning.THIN);
    }

    private String thick(String name, int clusters) {
        engine.create(name(name), (long) clusters * CLUSTER, Provisioning.THICK);
        return name;
    }

    private void full(String name, int clusters) {
        thin(name, clusters);
        write(name, clusters, OLD);
    }

    private void sealed(String name, int clusters, byte value) {
        thin("head", clusters);
        write("head", clusters, value);
        engine.seal(name("head"), name(name));
    }

    private void write(String name, int clusters, byte value) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.WRITE)) {
            volume.write(0, bytes(clusters * CLUSTER, value));
        }
    }

    private void writeBlock(String name) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.WRITE)) {
            volume.write(2L * BLOCK, block(NEW));
        }
    }

    private byte[] read(String name) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.VERIFY)) {
            return volume.readAll();
        }
    }

    private void requireZeroes(String name) {
        requireOnly((byte) 0, name);
    }

    /** An assertion for each byte would take most of the test's time. */
    private void requireOnly(byte value, String name) {
        byte[] read = read(name);
        assertThat(Arrays.mismatch(read, bytes(read.length, value)))
                .as("the first byte of %s that differs", name)
                .isEqualTo(-1);
    }

    /** Makes a thin volume, writes a block of it, and reads all. */
    private void requireOnlyOneBlock(String name, byte rest) {
        thin(name, 2);
        writeBlock(name);
        requireOneBlockIn(name, rest);
    }

    private void requireOneBlockIn(String name, byte rest) {
        byte[] read = read(name);
        byte[] expected = bytes(read.length, rest);
        Arrays.fill(expected, 2 * BLOCK, 3 * BLOCK, NEW);
        assertThat(Arrays.mismatch(read, expected))
                .as("the first byte of %s that differs", name)
                .isEqualTo(-1);
    }
}
