// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;
import io.scrubjay.engine.spdk.device.DeviceFile;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
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
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A device that is not blank, or whose pool does not load, is left as it is, byte by byte; and is not kept locked. */
@NeedsSpdk
class ForeignDeviceTest {
    private static final int MIB = 1 << 20;
    private static final int SECTOR = 512;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"mkfs.ext4, ext4", "mkfs.xfs, xfs"})
    void fileSystem(String tool, String signature) throws IOException, InterruptedException {
        Path device = device(512);
        makeFileSystem(tool, device);

        requireRefused(device, "has a signature of " + signature, "wipe this one");
    }

    @Test
    void partitionTable() throws IOException {
        Path device = device(8);
        write(device, 0, protectiveRecord());
        write(device, SECTOR, partitionTableHeader(8L * MIB));

        requireRefused(device, "has a signature of gpt", "wipe this one");
    }

    @Test
    void volumeManager() throws IOException {
        Path device = device(8);
        write(device, SECTOR, volumeManagerLabel(8L * MIB));

        requireRefused(device, "has a signature of LVM2_member", "wipe this one");
    }

    @ParameterizedTest
    @CsvSource({"0, first", "4096, first", "1048000, first", "7340032, last", "8384512, last"})
    void unknownBytesAtAnEnd(int offset, String where) throws IOException {
        Path device = device(8);
        byte[] bytes = new byte[4096];
        new Random(offset).nextBytes(bytes);
        write(device, offset, bytes);

        requireRefused(device, "unknown data in its " + where + " mebibyte", "wipe this one");
    }

    @Test
    void blankOneThatMayNotBeFormatted() throws IOException {
        Path device = device(8);

        requireRefused(
                pool(device).withFormat(FormatPolicy.NEVER), device, "is blank", "scrubjay.pool.format=if-blank");
    }

    /** SPDK answers as if there had never been anything. */
    @ParameterizedTest
    @ValueSource(ints = {8, 40, 100, 2000, 4095})
    void poolWithABrokenSuperBlock(int offset) throws IOException {
        Path device = device(8);
        SpdkEngine.open(pool(device)).close();
        write(device, offset, new byte[] {(byte) ~byteAt(device, offset)});

        requireRefused(device, "holds an lvol store that SPDK could not load", "restore its super block");
        requireRefused(
                pool(device).withFormat(FormatPolicy.NEVER), device, "could not load", "restore its super block");
    }

    @Test
    void poolWithoutItsMagic() throws IOException {
        Path device = device(8);
        SpdkEngine.open(pool(device)).close();
        write(device, 0, "SPDKBLOC".getBytes(StandardCharsets.US_ASCII));

        requireRefused(device, "unknown data in its first mebibyte", "wipe this one");
    }

    @Test
    void poolOfAnotherName() throws IOException {
        Path device = device(8);
        SpdkEngine.open(named(device, "theirs")).close();

        requireRefused(device, "holds the lvol store 'theirs', not 'scrubjay'", "scrubjay.spdk.pool-name");
    }

    @Test
    void deviceThatIsNotThere() {
        PoolUnusable refused = refused(pool(directory.resolve("nowhere")));

        assertThat(refused).hasMessageContaining("there is no ");
        assertThat(refused.remedy()).contains("scrubjay.spdk.device");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void directoryInsteadOfADevice() {
        assertThat(refused(pool(directory))).hasMessageContaining("neither a file nor a block device");
    }

    @Test
    void deviceThatIsTooSmall() throws IOException {
        requireRefused(device(3), "is too small for a pool", "4M at least");

        SpdkEngine.open(pool(device(4))).close();
    }

    @Test
    void poolThatIsLargerThanItsDevice() throws IOException {
        Path device = device(8);
        SpdkEngine.open(pool(device)).close();
        resize(device, 6L * MIB);

        requireRefused(device, "but the pool on it was made on 8388608", "give the device its 8388608 bytes back");
        assertThat(refused(pool(device)).remedy()).doesNotContain("wipe");

        resize(device, 8L * MIB);
        SpdkEngine.open(pool(device)).close();
    }

    @Test
    void fileThatEndsWithinABlock() throws IOException {
        Path device = device(8);
        resize(device, 8L * MIB - 100);

        requireRefused(device, "8388508 bytes long, which is not a multiple of 4096", "8388608 bytes");
    }

    @Test
    void emptyFile() throws IOException {
        requireRefused(device(0), "is empty", "give it the size");
    }

    @Test
    void deviceThatHasNoRoomBesideTheReserve() throws IOException {
        SpdkPool pool = pool(device(8));
        SpdkPool reserved = new SpdkPool(
                pool.device(),
                pool.name(),
                pool.clusterSize(),
                pool.format(),
                pool.clear(),
                8,
                pool.reactor(),
                pool.exports());

        requireRefused(reserved, device(8), "is too small for a pool", "12M at least");
    }

    @Test
    void poolIsNotSoundWhileItsDeviceIsCutShort() throws IOException {
        Path device = device(8);
        try (SpdkEngine engine = SpdkEngine.open(pool(device))) {
            assertThat(isSound(engine)).isTrue();

            resize(device, 4L * MIB);
            assertThat(isSound(engine)).isFalse();

            resize(device, 8L * MIB);
            assertThat(isSound(engine)).isTrue();
        }
    }

    private static boolean isSound(SpdkEngine engine) {
        // Which looks at the device.
        engine.usage();
        return engine.isSound();
    }

    private static void resize(Path device, long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    @Test
    void poolThatIsOpenIsNotOpenedAgain() throws IOException {
        Path device = device(8);
        try (SpdkEngine engine = SpdkEngine.open(pool(device))) {
            PoolUnusable refused = refused(pool(device));

            assertThat(refused).hasMessageContaining("is in use by another agent");
            assertThat(refused.remedy()).contains("stop that agent first");
            assertThat(engine.list()).isEmpty();
        }
        SpdkEngine.open(pool(device)).close();
    }

    @Test
    void linkToAPoolThatIsOpenIsNotOpenedEither() throws IOException {
        Path device = device(8);
        Path link = Files.createSymbolicLink(directory.resolve("link"), device);
        try (SpdkEngine engine = SpdkEngine.open(pool(device))) {
            assertThat(refused(pool(link))).hasMessageContaining("is in use by another agent");
            assertThat(engine.list()).isEmpty();
        }
        SpdkEngine.open(pool(link)).close();
    }

    /** Looks for what is wrong, and finds it again: nothing was changed, and nobody holds the lock. */
    private void requireRefused(Path device, String reason, String remedy) throws IOException {
        requireRefused(pool(device), device, reason, remedy);
    }

    private void requireRefused(SpdkPool pool, Path device, String reason, String remedy) throws IOException {
        Path before = directory.resolve("before");
        Files.deleteIfExists(before);
        Files.copy(device, before);

        PoolUnusable refused = refused(pool);

        assertThat(refused).hasMessageContaining(reason);
        assertThat(refused.remedy()).contains(remedy);
        assertThat(Files.mismatch(before, device)).as("the first byte changed").isEqualTo(-1);
        requireUnlocked(device);
    }

    private static PoolUnusable refused(SpdkPool pool) {
        return catchThrowableOfType(
                PoolUnusable.class, () -> SpdkEngine.open(pool).close());
    }

    private static void requireUnlocked(Path device) {
        DeviceFile.openLocked(device).close();
    }

    private static SpdkPool pool(Path device) {
        return TestDevice.pool(new SpdkDevice.Aio(device, true));
    }

    private static SpdkPool named(Path device, String name) {
        SpdkPool usual = pool(device);
        return new SpdkPool(
                usual.device(),
                name,
                usual.clusterSize(),
                usual.format(),
                usual.clear(),
                usual.reserveClusters(),
                usual.reactor(),
                usual.exports());
    }

    private Path device(int mebibytes) throws IOException {
        Path device = directory.resolve("device");
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.setLength((long) mebibytes * MIB);
        }
        return device;
    }

    private static void write(Path device, long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }

    private static byte byteAt(Path device, long offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "r")) {
            file.seek(offset);
            return file.readByte();
        }
    }

    private static void makeFileSystem(String tool, Path device) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(tool, "-q", device.toString()).inheritIO();
        // An ordinary user's path leaves out where they lie.
        builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
        boolean isHere = Stream.of(builder.environment().get("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
        Assumptions.assumeTrue(isHere, tool + " is not installed: install e2fsprogs and xfsprogs");
        assertThat(builder.start().waitFor()).as(tool).isZero();
    }

    private static byte[] protectiveRecord() {
        ByteBuffer record = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        record.put(446 + 4, (byte) 0xEE).putInt(446 + 8, 1).putInt(446 + 12, 8 * MIB / SECTOR - 1);
        record.putShort(510, (short) 0xAA55);
        return record.array();
    }

    /** UEFI specification, 5.3.2: a header, and 128 entries that are all free. */
    private static byte[] partitionTableHeader(long deviceBytes) {
        int entries = 128;
        int entryBytes = 128;
        ByteBuffer table = ByteBuffer.allocate(SECTOR + entries * entryBytes).order(ByteOrder.LITTLE_ENDIAN);
        long last = deviceBytes / SECTOR - 1;
        table.put("EFI PART".getBytes(StandardCharsets.US_ASCII));
        table.putInt(0x10000).putInt(92).putInt(0).putInt(0);
        table.putLong(1).putLong(last).putLong(34).putLong(last - 33);
        table.putLong(0x1122334455667788L).putLong(0x1122334455667788L);
        table.putLong(2).putInt(entries).putInt(entryBytes);
        CRC32 entriesSum = new CRC32();
        entriesSum.update(table.array(), SECTOR, entries * entryBytes);
        table.putInt((int) entriesSum.getValue());
        CRC32 headerSum = new CRC32();
        headerSum.update(table.array(), 0, 92);
        table.putInt(16, (int) headerSum.getValue());
        return table.array();
    }

    /** The label of a physical volume: its checksum covers all behind itself in the sector. */
    private static byte[] volumeManagerLabel(long deviceBytes) {
        ByteBuffer label = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        label.put("LABELONE".getBytes(StandardCharsets.US_ASCII));
        label.putLong(1).putInt(0).putInt(32);
        label.put("LVM2 001".getBytes(StandardCharsets.US_ASCII));
        label.put("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        label.putLong(deviceBytes);
        int sum = 0xF597A6CF;
        for (int at = 20; at < SECTOR; at++) {
            sum ^= label.get(at) & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                sum = (sum & 1) == 0 ? sum >>> 1 : (sum >>> 1) ^ 0xEDB88320;
            }
        }
        label.putInt(16, sum);
        return label.array();
    }
}
