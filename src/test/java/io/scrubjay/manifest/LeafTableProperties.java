// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.DigestAlgorithm;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** A table of leaves against a sorted map of them. */
class LeafTableProperties {
    @Property(tries = 200)
    void tableHoldsWhatWasCollectedInAnyOrder(@ForAll long seed, @ForAll @IntRange(max = 300) int count) {
        Random random = new Random(seed);
        NavigableMap<Long, Leaf> leaves = Samples.leaves(random, 1L << 40, count);
        List<Map.Entry<Long, Leaf>> shuffled = new ArrayList<>(leaves.entrySet());
        Collections.shuffle(shuffled, random);
        LeafCollector collector = new LeafCollector();

        shuffled.forEach(entry -> collector.add(entry.getKey(), entry.getValue()));
        LeafTable table = collector.finish();

        assertThat(table.count()).isEqualTo(leaves.size());
        assertThat(table.endChunk()).isEqualTo(leaves.isEmpty() ? 0 : leaves.lastKey() + 1);
        assertThat(walked(table.cursor())).isEqualTo(leaves);
        for (int look = 0; look < 200; look++) {
            long chunk = (long) (random.nextDouble() * (table.endChunk() + 3));
            assertThat(table.find(chunk)).isEqualTo(Optional.ofNullable(leaves.get(chunk)));
        }
    }

    @Property(tries = 100)
    void cursorStartsAtAnyChunk(@ForAll long seed, @ForAll @IntRange(max = 20) int count) {
        NavigableMap<Long, Leaf> leaves = Samples.leaves(new Random(seed), 1L << 40, count);
        LeafTable table = Samples.table(leaves);

        for (long chunk = 0; chunk <= table.endChunk() + 2; chunk++) {
            assertThat(walked(table.cursorFrom(chunk))).as("from %d", chunk).isEqualTo(leaves.tailMap(chunk));
        }
    }

    @Property(tries = 100)
    void runsAreAsLongAsTheyCanBe(@ForAll long seed, @ForAll @IntRange(max = 100) int count) {
        NavigableMap<Long, Leaf> leaves = Samples.leaves(new Random(seed), 1L << 40, count);

        for (LeafTable.Cursor cursor = Samples.table(leaves).cursor(); cursor.next(); ) {
            long end = cursor.chunk() + cursor.runRemaining();
            assertThat(leaves.subMap(cursor.chunk(), end)).hasSize(cursor.runRemaining());
            assertThat(leaves).doesNotContainKey(end);
        }
    }

    @Property(tries = 100)
    void contentDigestIsThatOfAllChunksInOrder(
            @ForAll long seed,
            @ForAll @IntRange(max = 50) int count,
            @ForAll @IntRange(min = 1, max = 1 << 20) int tail) {
        NavigableMap<Long, Leaf> leaves = Samples.leaves(new Random(seed), 20, count);
        long lengthBytes = (leaves.isEmpty() ? 3L : leaves.lastKey()) * ChunkGrid.CHUNK_BYTES + tail;

        assertThat(Samples.table(leaves).contentDigest(lengthBytes).toBytes())
                .isEqualTo(naiveContentDigest(leaves, lengthBytes));
    }

    private static Map<Long, Leaf> walked(LeafTable.Cursor cursor) {
        Map<Long, Leaf> walked = new TreeMap<>();
        byte[] sha256 = new byte[32];
        while (cursor.next()) {
            cursor.copySha256(sha256);
            assertThat(Leaf.of(sha256, cursor.crc32c())).isEqualTo(cursor.leaf());
            walked.put(cursor.chunk(), cursor.leaf());
        }
        return walked;
    }

    private static byte[] naiveContentDigest(Map<Long, Leaf> leaves, long lengthBytes) {
        MessageDigest hash = DigestAlgorithm.SHA_256.newHash();
        hash.update("scrubjay1\n".getBytes(StandardCharsets.US_ASCII));
        hash.update(ByteBuffer.allocate(12).putLong(lengthBytes).putInt(1 << 20).flip());
        for (long chunk = 0; chunk * (1 << 20) < lengthBytes; chunk++) {
            Leaf leaf = leaves.get(chunk);
            hash.update(
                    leaf != null
                            ? leaf.sha256()
                            : DigestAlgorithm.SHA_256
                                    .newHash()
                                    .digest(new byte[(int) Math.min(1 << 20, lengthBytes - chunk * (1 << 20))]));
        }
        return hash.digest();
    }
}
