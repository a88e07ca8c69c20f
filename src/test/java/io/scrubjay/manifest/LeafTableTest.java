// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LeafTableTest {
    private static final Leaf LEAF = Samples.leaf(new Random(5));

    @Test
    void emptyTableHasNoLeaves() {
        LeafTable table = new LeafCollector().finish();

        assertThat(table).isEqualTo(LeafTable.empty());
        assertThat(table.count()).isZero();
        assertThat(table.endChunk()).isZero();
        assertThat(table.find(0)).isEmpty();
        assertThat(table.cursor().next()).isFalse();
    }

    @Test
    void secondLeafOfAChunkIsRefused() {
        LeafCollector collector = new LeafCollector();
        collector.add(70, LEAF);

        assertThatThrownBy(() -> collector.add(70, LEAF)).isInstanceOf(IllegalStateException.class);
        assertThat(collector.count()).isEqualTo(1);
    }

    @Test
    void leafThatIsPutReplacesTheOldOneOfItsChunk() {
        // Given
        Leaf other = Samples.leaf(new Random(6));
        LeafCollector collector = new LeafCollector();
        collector.add(70, LEAF);
        collector.add(72, LEAF);
        // When
        collector.put(71, LEAF);
        collector.put(72, other);
        // Then
        assertThat(collector.find(70)).contains(LEAF);
        assertThat(collector.find(72)).contains(other);
        assertThat(collector.find(73)).isEmpty();
        assertThat(collector.find(1000)).isEmpty();
        assertThat(collector.finish()).isEqualTo(Samples.table(Map.of(70L, LEAF, 71L, LEAF, 72L, other)));
    }

    @Test
    void negativeChunkIsRefused() {
        assertThatThrownBy(() -> new LeafCollector().add(-1, LEAF)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void finishedCollectorIsEmpty() {
        LeafCollector collector = new LeafCollector();
        collector.add(3, LEAF);
        LeafTable first = collector.finish();

        collector.add(3, LEAF);

        assertThat(collector.finish()).isEqualTo(first);
    }

    @Test
    void leafBeyondTheContentHasNoContentDigest() {
        LeafTable table = Samples.table(Map.of(2L, LEAF));

        assertThat(table.contentDigest((2L << 20) + 1)).isNotNull();
        assertThatThrownBy(() -> table.contentDigest(2L << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chunk 2");
    }

    @Test
    void cursorOffTheLeavesHasNoLeaf() {
        LeafTable.Cursor cursor = Samples.table(Map.of(2L, LEAF)).cursor();

        assertThatThrownBy(cursor::leaf).isInstanceOf(NoSuchElementException.class);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.leaf()).isEqualTo(LEAF);
        assertThat(cursor.next()).isFalse();
        assertThat(cursor.next()).isFalse();
        assertThatThrownBy(cursor::chunk).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void workersCanCollectTogether() throws Exception {
        // Given
        NavigableMap<Long, Leaf> leaves = Samples.leaves(new Random(6), 1 << 20, 4000);
        List<Map.Entry<Long, Leaf>> entries = new ArrayList<>(leaves.entrySet());
        LeafCollector collector = new LeafCollector();
        int workers = 4;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(workers);

        // When
        List<Future<?>> done = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            int first = worker;
            done.add(executor.submit(() -> {
                start.await();
                for (int i = first; i < entries.size(); i += workers) {
                    collector.add(entries.get(i).getKey(), entries.get(i).getValue());
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> worker : done) {
            worker.get();
        }
        executor.shutdown();

        // Then
        assertThat(collector.finish()).isEqualTo(Samples.table(leaves));
    }
}
