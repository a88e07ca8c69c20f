// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * What of one volume is not durable yet: every write since the last flush, and what lay under it. A sector is the
 * smallest piece a device writes whole. Thread-safe: guarded by itself.
 */
final class CrashJournal {
    /** A write under way or done; {@code bytes} is empty for zeroes. */
    static final class Entry {
        private final ByteRange range;
        private final Optional<byte[]> bytes;
        private boolean completed;

        private Entry(ByteRange range, Optional<byte[]> bytes) {
            this.range = range;
            this.bytes = bytes;
        }
    }

    /** What becomes of an entry in a crash. */
    private enum Fate {
        LOST,
        KEPT,
        TORN
    }

    private final int sectorBytes;
    private final List<Entry> entries = new ArrayList<>();
    /** What each touched sector held when it was last durable, by its number. */
    private final Map<Long, byte[]> durable = new TreeMap<>();

    CrashJournal(int sectorBytes) {
        this.sectorBytes = sectorBytes;
    }

    private LongStream sectors(ByteRange range) {
        return LongStream.range(range.offset() / sectorBytes, range.end() / sectorBytes);
    }

    /** Whether some sector of the range has not been touched since the last flush. */
    synchronized boolean needsDurable(ByteRange range) {
        return sectors(range).anyMatch(sector -> !durable.containsKey(sector));
    }

    /** Remembers what lay under the sectors of the range that have not been touched since the last flush. */
    synchronized void rememberDurable(ByteRange range, byte[] present) {
        sectors(range)
                .forEach(sector -> durable.computeIfAbsent(sector, unknown -> {
                    int at = (int) (sector * sectorBytes - range.offset());
                    return Arrays.copyOfRange(present, at, at + sectorBytes);
                }));
    }

    synchronized Entry begin(ByteRange range, Optional<byte[]> bytes) {
        Entry entry = new Entry(range, bytes);
        entries.add(entry);
        return entry;
    }

    synchronized void complete(Entry entry) {
        entry.completed = true;
    }

    /** A write that failed leaves what it leaves, and a crash does not change it. */
    synchronized void fail(Entry entry) {
        entries.remove(entry);
        forgetUntouched();
    }

    /** What a flush that begins now is going to cover. */
    synchronized List<Entry> completed() {
        return entries.stream().filter(entry -> entry.completed).toList();
    }

    /** Makes these entries durable. */
    synchronized void flushed(List<Entry> covered) {
        for (Entry entry : covered) {
            if (entries.remove(entry)) {
                sectors(entry.range).forEach(sector -> durable.put(sector, content(entry, sector)));
            }
        }
        forgetUntouched();
    }

    private void forgetUntouched() {
        Set<Long> touched = new HashSet<>();
        entries.forEach(entry -> sectors(entry.range).forEach(touched::add));
        durable.keySet().retainAll(touched);
    }

    /**
     * What the sectors hold after the power failed: of every entry all, nothing, or some sectors have reached the
     * medium.
     */
    synchronized Map<Long, byte[]> afterCrash(Random random) {
        Map<Long, byte[]> left = new TreeMap<>(durable);
        for (Entry entry : entries) {
            Fate fate = Fate.values()[random.nextInt(Fate.values().length)];
            sectors(entry.range).forEach(sector -> {
                boolean reached = switch (fate) {
                    case LOST -> false;
                    case KEPT -> true;
                    case TORN -> random.nextBoolean();
                };
                if (reached) {
                    left.put(sector, content(entry, sector));
                }
            });
        }
        return left;
    }

    private byte[] content(Entry entry, long sector) {
        int at = (int) (sector * sectorBytes - entry.range.offset());
        return entry.bytes
                .map(bytes -> Arrays.copyOfRange(bytes, at, at + sectorBytes))
                .orElseGet(() -> new byte[sectorBytes]);
    }
}
