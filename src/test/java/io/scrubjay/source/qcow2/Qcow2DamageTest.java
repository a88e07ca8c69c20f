// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Tables that contradict each other or the file are refused, wherever they are in the file. */
class Qcow2DamageTest {
    private static final long COPIED = 1L << 63;
    private static final int DATA = 0;
    private static final int PACKED = 3;
    private static final int SECOND_TABLE = 64;

    private Qcow2Writer writer;
    private byte[] file;

    private void given(Qcow2Writer.Order order) {
        writer = Qcow2Files.ofEveryKind(Qcow2Files.SMALL, Packing.DEFLATE, order);
        file = writer.file();
    }

    private void put(int at, long value) {
        ByteBuffer.wrap(file).putLong(at, value);
    }

    private long get(int at) {
        return ByteBuffer.wrap(file).getLong(at);
    }

    private void refused(String... texts) {
        refused(new Limits[] {Limits.USUAL, Qcow2Files.TINY}, texts);
    }

    private void refused(Limits[] inEach, String... texts) {
        for (Limits limits : inEach) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> Qcow2Files.read(file, IntStream.empty(), limits, new SpoolInMemory()))
                    .withMessageContainingAll(texts)
                    .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE));
        }
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void clusterThatIsNamedTwice(Qcow2Writer.Order order) {
        given(order);
        put(writer.entryAt(1), get(writer.entryAt(DATA)));
        refused("used twice", "data at " + writer.placeOf(DATA));
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void clusterThatIsNamedByTwoTables(Qcow2Writer.Order order) {
        given(order);
        put(writer.entryAt(SECOND_TABLE + 1), get(writer.entryAt(DATA)));
        refused("used twice", "data at " + writer.placeOf(DATA));
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void l2TableThatIsAlsoData(Qcow2Writer.Order order) {
        given(order);
        put(writer.entryAt(DATA), COPIED | get(writer.l1EntryAt(DATA)));
        refused("used twice");
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void l2TableThatIsNamedTwice(Qcow2Writer.Order order) {
        given(order);
        put(writer.l1EntryAt(SECOND_TABLE), get(writer.l1EntryAt(DATA)));
        refused("used twice", "an L2 table");
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void tableThatTheHeaderNamesAndIsAlsoData(Qcow2Writer.Order order) {
        for (long place : new long[] {512, writer(order).l1EntryAt(DATA)}) {
            given(order);
            put(writer.entryAt(DATA), COPIED | place);
            refused("used twice");
        }
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void l1TableThatIsAlsoARefcountBlock(Qcow2Writer.Order order) {
        given(order);
        put(1016, writer.l1EntryAt(DATA));
        refused(new Limits[] {Limits.USUAL}, "used twice");
    }

    /** Only if there is room to remember where such blocks are. */
    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void refcountBlockThatIsAlsoData(Qcow2Writer.Order order) {
        given(order);
        put(writer.entryAt(DATA), COPIED | writer.refcountBlockAt());
        refused(new Limits[] {Limits.USUAL}, "used twice");
    }

    private Qcow2Writer writer(Qcow2Writer.Order order) {
        given(order);
        return writer;
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void compressedClusterThatIsAlsoData(Qcow2Writer.Order order) {
        given(order);
        put(writer.entryAt(DATA), COPIED | writer.placeOf(PACKED));
        refused("used twice");
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void clusterBehindTheEndOfTheFile(Qcow2Writer.Order order) {
        given(order);
        put(writer.entryAt(DATA), COPIED | 1 << 20);
        refused("ends at " + file.length, "data at 1048576");
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void l2TableBehindTheEndOfTheFile(Qcow2Writer.Order order) {
        given(order);
        put(writer.l1EntryAt(DATA), COPIED | 1L << 50);
        refused("ends at " + file.length, "an L2 table at 1125899906842624");
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void compressedClusterBehindTheEndOfTheFile(Qcow2Writer.Order order) {
        given(order);
        put(writer.entryAt(PACKED), 1L << 62 | 1L << 40);
        refused("ends at " + file.length, "a compressed cluster at 1099511627776");
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void compressedClusterThatIsGarbage(Qcow2Writer.Order order) {
        given(order);
        byte[] garbage = new byte[16];
        new Random(1).nextBytes(garbage);
        System.arraycopy(garbage, 0, file, (int) (get(writer.entryAt(PACKED)) & 0xffff_ffffL), garbage.length);
        refused("cannot be decompressed", "the disk's bytes at " + PACKED * 512);
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void entriesThatSayWhatNoneSays(Qcow2Writer.Order order) {
        long place = writer(order).placeOf(DATA);
        for (long entry : new long[] {COPIED, COPIED | 2 | place, 1L << 56 | place, 1L << 61 | place}) {
            given(order);
            put(writer.entryAt(DATA), entry);
            refused("the entry 0x" + Long.toHexString(entry) + " at " + writer.entryAt(DATA));
        }
        for (long entry : new long[] {COPIED, 1 | place, 1L << 62 | place}) {
            given(order);
            put(writer.l1EntryAt(DATA), entry);
            refused("the entry 0x" + Long.toHexString(entry) + " at " + writer.l1EntryAt(DATA), "L1 table");
        }
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void zeroFlagInVersionTwo(Qcow2Writer.Order order) {
        Geometry old = new Geometry(9, Geometry.Entries.WITHOUT_ZERO_FLAG);
        writer = Qcow2Files.ofEveryKind(old, Packing.DEFLATE, order);
        file = writer.file();
        put(writer.entryAt(DATA), 1);
        refused("version 2");
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void subclustersThatContradictThemselves(Qcow2Writer.Order order) {
        Geometry extended = new Geometry(14, Geometry.Entries.EXTENDED);
        writer = Qcow2Files.ofEveryKind(extended, Packing.DEFLATE, order);
        file = writer.file();
        put(writer.entryAt(DATA) + 8, 0x1_0000_0001L);
        refused("both allocated and zeroes");
        put(writer.entryAt(DATA), 0);
        put(writer.entryAt(DATA) + 8, 1);
        refused("no place");
    }

    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void unalignedPlaces(Qcow2Writer.Order order) {
        Geometry larger = new Geometry(10, Geometry.Entries.WITH_ZERO_FLAG);
        writer = Qcow2Files.ofEveryKind(larger, Packing.DEFLATE, order);
        file = writer.file();
        put(writer.entryAt(DATA), get(writer.entryAt(DATA)) + 512);
        refused("not a multiple of the cluster size");
        put(writer.l1EntryAt(DATA), get(writer.l1EntryAt(DATA)) + 512);
        refused("not the beginning of a cluster");
    }

    /** A few bytes must not become any number of clusters. */
    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void compressedClusterThatIsNamedTwice(Qcow2Writer.Order order) {
        given(order);
        put(writer.entryAt(PACKED + 1), get(writer.entryAt(PACKED)));
        refused("a compressed cluster at ", "overlaps another");
    }

    /** The two names are not found one after the other if the table comes last. */
    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void compressedClustersThatAreNamedInTurn(Qcow2Writer.Order order) {
        writer = new Qcow2Writer(Qcow2Files.SMALL, Packing.DEFLATE, order, 64 * 512);
        byte[] content = new byte[512];
        new Random(2).nextBytes(content);
        writer.packed(0, content);
        // Bytes between these, so that the shelf does not have both.
        for (int cluster = 2; cluster < 12; cluster++) {
            writer.data(cluster, Qcow2Files.letters(new Random(cluster), Qcow2Files.SMALL));
        }
        writer.packed(1, content);
        for (int cluster = 12; cluster < 64; cluster++) {
            writer.packed(cluster, new byte[512]);
        }
        file = writer.file();
        for (int cluster = 12; cluster < 64; cluster++) {
            put(writer.entryAt(cluster), get(writer.entryAt(cluster % 2)));
        }
        for (Limits limits : new Limits[] {Limits.USUAL, Qcow2Files.TINY}) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> Qcow2Files.read(file, IntStream.empty(), limits, new SpoolInMemory()))
                    .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE));
        }
    }

    /** That the file ends there would not be true. */
    @ParameterizedTest
    @EnumSource(Qcow2Writer.Order.class)
    void dataThatGoesOnInTheTableThatNamesIt(Qcow2Writer.Order order) {
        writer = new Qcow2Writer(Qcow2Files.SMALL, Packing.DEFLATE, order, 4096);
        writer.allocate(1);
        writer.data(0, Qcow2Files.letters(new Random(2), Qcow2Files.SMALL));
        file = writer.file();
        long table = get(writer.l1EntryAt(0)) & ~COPIED;
        put(writer.entryAt(0), COPIED | table - 512);
        put(writer.entryAt(1), COPIED | table);
        put(writer.entryAt(2), COPIED | table + 512);
        refused("used twice");
    }
}
