// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A device in memory with a blobstore that nobody has unloaded, made page by page. Confined to one thread. */
public final class StoredPages implements Medium {
    static final int PAGES = 16;
    private static final int CLUSTER_PAGES = 1;
    private static final int CLUSTERS = 32;
    private static final int FIRST_PAGE = 4;
    private static final int MASK_HEAD_BYTES = 5;
    private static final int CLEAN_AT = 16;
    private static final int NEXT_AT = MetadataPage.BYTES - 8;

    private final ByteBuffer device = ByteBuffer.allocateDirect(CLUSTERS * CLUSTER_PAGES * MetadataPage.BYTES);
    private final Set<Integer> unreadable = new HashSet<>();
    private int writes;
    private int writesDurable;

    StoredPages() {
        MetadataPage superBlock = MetadataPage.of(device);
        superBlock.bytes().put(0, "SPDKBLOB".getBytes(StandardCharsets.US_ASCII));
        superBlock.putInt(8, 3);
        superBlock.putInt(12, MetadataPage.BYTES);
        superBlock.putInt(28, CLUSTER_PAGES * MetadataPage.BYTES);
        superBlock.putInt(48, FIRST_PAGE);
        superBlock.putInt(52, PAGES);
        for (Mask mask : Mask.values()) {
            superBlock.putInt(mask.saidAt, mask.page);
            superBlock.putInt(mask.saidAt + 4, 1);
            MetadataPage.of(device.duplicate().position(mask.page * MetadataPage.BYTES))
                    .bytes()
                    .put(0, mask.type)
                    .putInt(1, mask == Mask.CLUSTERS ? CLUSTERS : PAGES);
        }
        superBlock.seal();
        for (int cluster = 0; cluster * CLUSTER_PAGES < FIRST_PAGE + PAGES; cluster++) {
            set(Mask.CLUSTERS, cluster);
        }
    }

    /** What says, of a store that was unloaded in good order, what is in use. */
    enum Mask {
        PAGES(0, 1, 32),
        CLUSTERS(1, 2, 40),
        VOLUMES(2, 3, 72);

        /** What SPDK calls it. */
        private final byte type;

        private final int page;
        private final int saidAt;

        Mask(int type, int page, int saidAt) {
            this.type = (byte) type;
            this.page = page;
            this.saidAt = saidAt;
        }
    }

    private int maskByte(Mask mask, int bit) {
        return mask.page * MetadataPage.BYTES + MASK_HEAD_BYTES + bit / 8;
    }

    private void set(Mask mask, int bit) {
        int at = maskByte(mask, bit);
        device.put(at, (byte) (device.get(at) | 1 << bit % 8));
    }

    /** The bits of a mask that are set. */
    BitSet bits(Mask mask) {
        return BitSet.valueOf(device.slice(mask.page * MetadataPage.BYTES + MASK_HEAD_BYTES, PAGES + CLUSTERS));
    }

    /** Flips a bit of a mask, its head counted in: the type is in the first 8, the number of bits in the next 32. */
    StoredPages withFlippedMask(Mask mask, int bit) {
        int at = mask.page * MetadataPage.BYTES + bit / 8;
        device.put(at, (byte) (device.get(at) ^ 1 << bit % 8));
        return this;
    }

    /** The same without its head. */
    StoredPages withFlipped(Mask mask, int bit) {
        return withFlippedMask(mask, MASK_HEAD_BYTES * 8 + bit);
    }

    /** The numbers of all pages. */
    static List<Long> all() {
        return LongStream.range(0, PAGES).boxed().toList();
    }

    /** As if it had been unloaded in good order: what is in use is listed, apart from the volumes. */
    StoredPages unloaded() {
        for (int page = 0; page < PAGES; page++) {
            MetadataPage used = page(page);
            if (!used.isBlank()) {
                set(Mask.PAGES, page);
                used.parts().stream()
                        .filter(part -> part.type() == MetadataPage.Part.EXTENT_PAGE)
                        .flatMapToInt(part -> IntStream.iterate(4, at -> at < part.length(), at -> at + 4)
                                .map(at -> used.intAt(part.at() + at)))
                        .filter(cluster -> cluster != 0)
                        .forEach(cluster -> set(Mask.CLUSTERS, cluster));
            }
        }
        MetadataPage superBlock = MetadataPage.of(device);
        superBlock.putInt(CLEAN_AT, 1);
        superBlock.seal();
        return this;
    }

    /** Flips a bit, which the checksum does not know of. */
    StoredPages withDamage(int page) {
        int at = offset(page) + 100;
        device.put(at, (byte) (device.get(at) ^ 1));
        return this;
    }

    /** Makes a page one that belongs to nobody. */
    StoredPages cleared(int page) {
        device.duplicate().position(offset(page)).put(new byte[MetadataPage.BYTES]);
        return this;
    }

    /** From now on a read that touches this page fails. */
    StoredPages withUnreadable(int page) {
        unreadable.add(page);
        return this;
    }

    /** Lists a volume, as SPDK does when it unloads the store. */
    StoredPages listed(int firstPage) {
        set(Mask.VOLUMES, firstPage);
        return this;
    }

    /** Says which volume holds the store's own name. */
    StoredPages owned(int firstPage) {
        MetadataPage superBlock = MetadataPage.of(device);
        superBlock.bytes().putLong(20, blob(firstPage));
        superBlock.seal();
        return this;
    }

    StoredPages withDamagedSuperBlock() {
        device.put(1000, (byte) 1);
        return this;
    }

    /** What SPDK calls a volume. */
    static long blob(int page) {
        return 1L << 32 | page;
    }

    /** Puts bytes between a valid head and a valid end. */
    StoredPages put(int page, long blob, byte[] parts) {
        return put(page, blob, 0, parts);
    }

    /** The same, at another place of the volume's chain than its beginning. */
    StoredPages put(int page, long blob, int sequence, byte[] parts) {
        MetadataPage made = MetadataPage.of(device.duplicate().position(offset(page)));
        made.bytes().putLong(0, blob).putInt(8, sequence).position(16).put(parts);
        made.putInt(NEXT_AT, -1);
        made.seal();
        return this;
    }

    /** Goes on with a page at another. */
    StoredPages chain(int page, int next) {
        MetadataPage made = page(page);
        made.putInt(NEXT_AT, next);
        made.seal();
        return this;
    }

    public static byte[] attribute(String name, long value) {
        ByteBuffer part =
                ByteBuffer.allocate(5 + 4 + name.length() + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        part.put((byte) 4).putInt(4 + name.length() + Long.BYTES);
        part.putShort((short) name.length()).putShort((short) Long.BYTES);
        return part.put(name.getBytes(StandardCharsets.US_ASCII)).putLong(value).array();
    }

    /** A name or a UUID, as the lvol store notes it. */
    static byte[] text(String name, String value) {
        ByteBuffer part =
                ByteBuffer.allocate(5 + 4 + name.length() + value.length() + 1).order(ByteOrder.LITTLE_ENDIAN);
        part.put((byte) 2).putInt(4 + name.length() + value.length() + 1);
        part.putShort((short) name.length()).putShort((short) (value.length() + 1));
        return part.put(name.getBytes(StandardCharsets.US_ASCII))
                .put(value.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    static byte[] parts(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    static byte[] extentTable(int page) {
        ByteBuffer part = ByteBuffer.allocate(5 + 8 + 8).order(ByteOrder.LITTLE_ENDIAN);
        return part.put((byte) 5)
                .putInt(8 + 8)
                .putLong(512)
                .putInt(page)
                .putInt(1)
                .array();
    }

    static byte[] extents(int... clusters) {
        ByteBuffer part = ByteBuffer.allocate(5 + 4 + 4 * clusters.length).order(ByteOrder.LITTLE_ENDIAN);
        part.put((byte) 6).putInt(4 + 4 * clusters.length).putInt(0);
        for (int cluster : clusters) {
            part.putInt(cluster);
        }
        return part.array();
    }

    MetadataPage page(int page) {
        return MetadataPage.of(device.duplicate().position(offset(page)));
    }

    /** All of it. */
    byte[] bytes() {
        byte[] bytes = new byte[device.capacity()];
        device.get(0, bytes);
        return bytes;
    }

    boolean isDurable() {
        return writes == writesDurable;
    }

    /** Where a page begins, in bytes of the device. */
    static int offset(int page) {
        return (FIRST_PAGE + page) * MetadataPage.BYTES;
    }

    @Override
    public Optional<String> content() {
        return Optional.empty();
    }

    @Override
    public boolean hasBlobstore() {
        return true;
    }

    @Override
    public long size() {
        return device.capacity();
    }

    /** From now on a read that touches this mask fails. */
    StoredPages withUnreadable(Mask mask) {
        return withUnreadable(mask.page - FIRST_PAGE);
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        for (int page : unreadable) {
            if (offset < offset(page + 1) && offset + target.remaining() > offset(page)) {
                throw new EngineException.DeviceFailed("read", Errno.EIO);
            }
        }
        target.duplicate().put(device.slice((int) offset, target.remaining()));
    }

    @Override
    public void write(long offset, ByteBuffer source) {
        device.duplicate().position((int) offset).put(source.duplicate());
        writes++;
    }

    @Override
    public void sync() {
        writesDurable = writes;
    }

    @Override
    public void close() {
        // There is nothing to give up.
    }
}
