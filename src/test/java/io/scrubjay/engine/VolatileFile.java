// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.QuickHash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file as a medium has it whose cache is lost with the power: what was synced is there, and of what was not, any part may
 * be. Sectors are written whole or not at all, in any order. Confined to one thread.
 */
final class VolatileFile {
    private static final int BLOCK_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;

    /** A part of a file, whose bytes nobody changes. */
    private static final class Block {
        private final byte[] bytes;
        private final int hash;

        private Block(byte[] bytes) {
            this.bytes = bytes;
            this.hash = QuickHash.of(bytes);
        }
    }

    /** A content: where there is no block, there are zeroes. */
    static final class Content {
        private final NavigableMap<Long, Block> blocks;
        private long length;

        private Content(NavigableMap<Long, Block> blocks, long length) {
            this.blocks = blocks;
            this.length = length;
        }

        private Content copy() {
            return new Content(new TreeMap<>(blocks), length);
        }

        /** What its blocks take. */
        long occupiedBytes() {
            return blocks.size() * (long) BLOCK_BYTES;
        }

        /** A number that is the same for the same content. */
        long print() {
            long print = length;
            for (Map.Entry<Long, Block> block : blocks.entrySet()) {
                print = 31 * (31 * print + block.getKey()) + block.getValue().hash;
            }
            return print;
        }

        /** Puts bytes into a part of a block. */
        private void put(long block, int within, byte[] from, int at, int count) {
            Block there = blocks.get(block);
            byte[] whole = there == null ? new byte[BLOCK_BYTES] : there.bytes.clone();
            System.arraycopy(from, at, whole, within, count);
            blocks.put(block, new Block(whole));
        }

        /** Writes it to a file that does not exist yet. */
        void leave(Path file) throws IOException {
            try (FileChannel channel =
                    FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                for (Map.Entry<Long, Block> block : blocks.entrySet()) {
                    channel.write(ByteBuffer.wrap(block.getValue().bytes), block.getKey() * BLOCK_BYTES);
                }
                if (channel.size() > length) {
                    channel.truncate(length);
                } else if (channel.size() < length) {
                    channel.write(ByteBuffer.wrap(new byte[1]), length - 1);
                }
            }
        }

        private void write(long offset, byte[] bytes) {
            for (int at = 0; at < bytes.length; ) {
                long block = (offset + at) / BLOCK_BYTES;
                int within = (int) ((offset + at) % BLOCK_BYTES);
                int count = Math.min(bytes.length - at, BLOCK_BYTES - within);
                put(block, within, bytes, at, count);
                at += count;
            }
            length = Math.max(length, offset + bytes.length);
        }

        private void zero(long from, long end) {
            for (long block : List.copyOf(blocks.subMap(from / BLOCK_BYTES, (end + BLOCK_BYTES - 1) / BLOCK_BYTES)
                    .keySet())) {
                long begins = block * BLOCK_BYTES;
                int first = (int) Math.max(0, from - begins);
                int last = (int) Math.min(BLOCK_BYTES, end - begins);
                if (first == 0 && last == BLOCK_BYTES) {
                    blocks.remove(block);
                } else {
                    put(block, first, new byte[BLOCK_BYTES], 0, last - first);
                }
            }
        }

        private void cutOrGrow(long newLength) {
            if (newLength < length) {
                zero(newLength, length + BLOCK_BYTES);
            }
            length = newLength;
        }
    }

    /** What was done to a file. */
    private interface Change {
        void on(Content content);

        /** What of it may reach the medium by itself. */
        default List<Change> parts() {
            return List.of(this);
        }
    }

    private static final class Write implements Change {
        private final long offset;
        private final byte[] bytes;

        private Write(long offset, byte[] bytes) {
            this.offset = offset;
            this.bytes = bytes;
        }

        @Override
        public void on(Content content) {
            content.write(offset, bytes);
        }

        @Override
        public List<Change> parts() {
            List<Change> parts = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int count = (int) Math.min(bytes.length - at, SECTOR_BYTES - (offset + at) % SECTOR_BYTES);
                parts.add(new Write(offset + at, Arrays.copyOfRange(bytes, at, at + count)));
                at += count;
            }
            return parts;
        }
    }

    private record Zeroes(long from, long end) implements Change {
        @Override
        public void on(Content content) {
            content.zero(from, end);
        }
    }

    private record Length(long bytes) implements Change {
        @Override
        public void on(Content content) {
            content.cutOrGrow(bytes);
        }
    }

    private record AtLeast(long bytes) implements Change {
        @Override
        public void on(Content content) {
            content.length = Math.max(content.length, bytes);
        }
    }

    private record Allocated(long from, long end) implements Change {
        @Override
        public void on(Content content) {
            for (long block = from / BLOCK_BYTES; block * BLOCK_BYTES < end; block++) {
                content.blocks.putIfAbsent(block, new Block(new byte[BLOCK_BYTES]));
            }
        }
    }

    private record All(Content of) implements Change {
        @Override
        public void on(Content content) {
            content.blocks.clear();
            Content copy = of.copy();
            content.blocks.putAll(copy.blocks);
            content.length = copy.length;
        }
    }

    private final Content durable = new Content(new TreeMap<>(), 0);
    private final List<Change> pending = new ArrayList<>();

    void write(long offset, byte[] bytes) {
        pending.add(new Write(offset, bytes));
    }

    void append(byte[] bytes) {
        write(cached().length, bytes);
    }

    void zero(long from, long end) {
        pending.add(new Zeroes(from, end));
    }

    /** Gives it blocks for this range; where it has none there are zeroes in them. */
    void allocate(long from, long end) {
        pending.add(new Allocated(from, end));
    }

    void setLength(long bytes) {
        pending.add(new Length(bytes));
    }

    void reach(long bytes) {
        pending.add(new AtLeast(bytes));
    }

    /** Takes over all of another file, as the kernel sees it. */
    void copyOf(VolatileFile other) {
        pending.add(new All(other.cached()));
    }

    /** Takes over a part of another file, as the kernel sees it. */
    void copyOf(VolatileFile other, long offset, long length) {
        Content cached = other.cached();
        for (Map.Entry<Long, Block> block : cached.blocks.entrySet()) {
            long begins = block.getKey() * BLOCK_BYTES;
            if (begins >= offset && begins + BLOCK_BYTES <= offset + length) {
                write(begins, block.getValue().bytes);
            }
        }
        reach(Math.min(cached.length, offset + length));
    }

    private Content cached() {
        Content cached = durable.copy();
        pending.forEach(change -> change.on(cached));
        return cached;
    }

    /** Those that have ended by now: what a sync that begins now makes last. */
    int changes() {
        return pending.size();
    }

    /** The first of them last, whatever happens. */
    void sync(int changes) {
        List<Change> synced = pending.subList(0, Math.min(changes, pending.size()));
        synced.forEach(change -> change.on(durable));
        synced.clear();
    }

    /** What is left of it when the power is lost. */
    Content left(Survival survival, Random chance) {
        Content left = durable.copy();
        for (Change change : pending) {
            for (Change part : change.parts()) {
                if (survival.of(chance)) {
                    part.on(left);
                }
            }
        }
        return left;
    }
}
