// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.LentBuffer;
import io.scrubjay.source.LentBytes;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.Spool;
import io.scrubjay.source.StreamOffset;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;

/**
 * Keeps bytes of the file that may be needed after they have passed, page by page: the latest pages in memory, older
 * ones in the spool unless they are all zeroes. Bytes that were never put read as zeroes. Confined to the reader's
 * thread.
 *
 * <p>The pages in memory are there because a file with compressed clusters, as QEMU writes it, has a few bytes before
 * the table that names them, and should not need a spool for these.
 */
final class Shelf {
    private static final class Page {
        private final long index;
        private final byte[] bytes;

        Page(long index, byte[] bytes) {
            this.index = index;
            this.bytes = bytes;
        }
    }

    private final int pageBytes;
    private final int pagesMax;
    private final Spool spool;
    private final MemoryBudget.Share memory;
    private final byte[] zeroes;
    /** In the order of the file. */
    private final Deque<Page> pages = new ArrayDeque<>();

    private final BitSet spooled = new BitSet();
    private boolean spools = true;

    /** @param memory from which each page in memory is taken */
    Shelf(Geometry geometry, Limits limits, Spool spool, MemoryBudget.Share memory) {
        pageBytes = Math.max(limits.pageBytes(), geometry.clusterBytes());
        // A compressed cluster lies in at most three pages.
        pagesMax = Math.max(4, limits.shelfBytes() / pageBytes);
        zeroes = new byte[Math.min(pageBytes, 1 << 16)];
        this.spool = spool;
        this.memory = memory;
    }

    int pageBytes() {
        return pageBytes;
    }

    /** From now on only the bytes in memory are needed: nothing is put into the spool any more. */
    void stopSpooling() {
        spools = false;
    }

    /** Keeps bytes at their position in the file, which is behind all bytes put before. Blocks for the device. */
    void put(StreamOffset at, LentBytes bytes) {
        int from = 0;
        while (from < bytes.length()) {
            long position = at.bytes() + from;
            int inPage = (int) (position % pageBytes);
            int count = Math.min(bytes.length() - from, pageBytes - inPage);
            bytes.slice(from, count).view().get(page(position / pageBytes).bytes, inPage, count);
            from += count;
        }
    }

    private Page page(long index) {
        if (!pages.isEmpty() && pages.getLast().index == index) {
            return pages.getLast();
        }
        Page page = new Page(index, pages.size() < pagesMax ? newPage() : takeOldest());
        pages.addLast(page);
        return page;
    }

    private byte[] newPage() {
        memory.take(pageBytes);
        return new byte[pageBytes];
    }

    /** Removes the oldest page from memory, and returns its memory, cleared. */
    private byte[] takeOldest() {
        Page oldest = pages.removeFirst();
        if (spools && !isZero(oldest.bytes)) {
            spool.keep(new StreamOffset(oldest.index * pageBytes), new LentBuffer(oldest.bytes, 0, pageBytes));
            spooled.set(Math.toIntExact(oldest.index));
        }
        Arrays.fill(oldest.bytes, (byte) 0);
        return oldest.bytes;
    }

    private boolean isZero(byte[] page) {
        for (int at = 0; at < page.length; at += zeroes.length) {
            if (!Arrays.equals(page, at, at + zeroes.length, zeroes, 0, zeroes.length)) {
                return false;
            }
        }
        return true;
    }

    /** Bytes in this part of the file are not needed any more. */
    void clear(StreamOffset at, int length) {
        long end = at.bytes() + length;
        for (Page page : pages) {
            long start = page.index * pageBytes;
            if (start < end && at.bytes() < start + pageBytes) {
                int from = (int) (Math.max(at.bytes(), start) - start);
                int to = (int) (Math.min(end, start + pageBytes) - start);
                Arrays.fill(page.bytes, from, to, (byte) 0);
            }
        }
    }

    /**
     * Copies the first bytes of this part of the file. Blocks for the device.
     *
     * @return false if all of the part is known to be zeroes
     */
    boolean read(StreamOffset at, byte[] into, int length) {
        boolean kept = false;
        int done = 0;
        while (done < length) {
            long position = at.bytes() + done;
            int count = (int) Math.min(length - done, pageBytes - position % pageBytes);
            kept |= readInPage(position, ByteBuffer.wrap(into, done, count));
            done += count;
        }
        return kept;
    }

    private boolean readInPage(long position, ByteBuffer into) {
        long index = position / pageBytes;
        for (Page page : pages) {
            if (page.index == index) {
                into.put(page.bytes, (int) (position % pageBytes), into.remaining());
                return true;
            }
        }
        if (spooled.get(Math.toIntExact(index))) {
            spool.read(new StreamOffset(position), into);
            return true;
        }
        into.put(new byte[into.remaining()]);
        return false;
    }
}
