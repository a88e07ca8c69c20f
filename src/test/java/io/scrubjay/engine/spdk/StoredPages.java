// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A device in memory with a blobstore that nobody has unloaded, made page by page. Confined to one thread. */
final class StoredPages implements Medium {
    static final int PAGES = 16;
    private static final int FIRST_PAGE = 3;
    private static final int CLEAN_AT = 16;
    private static final int NEXT_AT = MetadataPage.BYTES - 8;

    private final ByteBuffer device = ByteBuffer.allocateDirect((FIRST_PAGE + PAGES) * MetadataPage.BYTES);
    private int writes;
    private int writesDurable;

    StoredPages() {
        MetadataPage superBlock = MetadataPage.of(device);
        superBlock.bytes().put(0, "SPDKBLOB".getBytes(StandardCharsets.US_ASCII));
        superBlock.putInt(8, 3);
        superBlock.putInt(12, MetadataPage.BYTES);
        superBlock.putInt(48, FIRST_PAGE);
        superBlock.putInt(52, PAGES);
        superBlock.seal();
    }

    /** As if it had been unloaded in good order. */
    StoredPages unloaded() {
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
        MetadataPage made = MetadataPage.of(device.duplicate().position(offset(page)));
        made.bytes().putLong(0, blob).putInt(8, 0).position(16).put(parts);
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

    static byte[] attribute(String name, long value) {
        ByteBuffer part =
                ByteBuffer.allocate(5 + 4 + name.length() + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        part.put((byte) 4).putInt(4 + name.length() + Long.BYTES);
        part.putShort((short) name.length()).putShort((short) Long.BYTES);
        return part.put(name.getBytes(StandardCharsets.US_ASCII)).putLong(value).array();
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

    private static int offset(int page) {
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

    @Override
    public void read(long offset, ByteBuffer target) {
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
