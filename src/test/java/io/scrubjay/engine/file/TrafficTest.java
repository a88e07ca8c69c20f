// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.file.Traffic.Effect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How many operations go on at once, who waits, and what a snapshot holds off. */
@Timeout(60)
class TrafficTest {
    private static final VolumeName V = VolumeName.of("v");

    @TempDir
    Path directory;

    private final IoThreads threads = new IoThreads(4);

    @AfterEach
    void stop() {
        threads.close();
    }

    @Test
    void callerBeyondTheDepthWaits() throws InterruptedException {
        // Given a depth of two, all taken
        Traffic traffic = new Traffic(threads, 2);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            traffic.start(Effect.READS, bounce -> {
                waitFor(mayEnd);
                ended.incrementAndGet();
                traffic.ended(Effect.READS);
            });
        }

        // When a third one comes
        Thread third = new Thread(() -> traffic.start(Effect.READS, bounce -> traffic.ended(Effect.READS)));
        third.start();
        await().until(() -> third.getState() == Thread.State.WAITING);

        // Then it gets its place once one of the others has ended
        assertThat(ended).hasValue(0);
        mayEnd.countDown();
        third.join();
        assertThat(ended.get()).isPositive();
    }

    @Test
    void changesAreHeldOffAndReadsAreNot() {
        Traffic traffic = new Traffic(threads, 8);
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch changed = new CountDownLatch(1);

        String result = traffic.holdingChanges(() -> {
            traffic.start(Effect.CHANGES, bounce -> {
                order.add("change");
                traffic.ended(Effect.CHANGES);
                changed.countDown();
            });
            CompletableFuture<Void> read = new CompletableFuture<>();
            traffic.start(Effect.READS, bounce -> {
                order.add("read");
                traffic.ended(Effect.READS);
                read.complete(null);
            });
            read.join();
            order.add("held");
            return "done";
        });

        waitFor(changed);
        assertThat(result).isEqualTo("done");
        assertThat(order).containsExactly("read", "held", "change");
    }

    @Test
    void holdWaitsForTheChangesUnderWay() {
        Traffic traffic = new Traffic(threads, 8);
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch mayEnd = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            traffic.start(Effect.CHANGES, bounce -> {
                waitFor(mayEnd);
                ended.incrementAndGet();
                traffic.ended(Effect.CHANGES);
            });
        }
        mayEnd.countDown();

        assertThat(traffic.holdingChanges(ended::get)).isEqualTo(3);
    }

    @Test
    void callbackMayGoOnWhereAnotherCallerWouldWait() {
        // Given one thread and a depth of one: a callback that waited would wait for itself
        FilePool pool = FilePool.at(directory).withIoThreads(1).withQueueDepthMax(1);
        try (FileEngine engine = FileEngine.open(pool)) {
            engine.create(V, 64 << 10, Provisioning.THIN);
            try (Volume volume = engine.open(V, Access.WRITE)) {
                // When each operation starts the next one
                ByteBuffer block = AlignedBuffer.allocate(4096);
                CompletionStage<Void> chain = volume.write(0, block);
                for (int i = 1; i < 16; i++) {
                    int at = i * 4096;
                    chain = chain.thenCompose(done -> volume.write(at, block));
                }

                // Then all of them end
                Stages.await(chain);
            }
        }
    }

    @Test
    void stagesCompleteOnNamedThreads() {
        try (FileEngine engine = FileEngine.open(FilePool.at(directory))) {
            engine.create(V, 64 << 10, Provisioning.THIN);
            try (Volume volume = engine.open(V, Access.WRITE)) {
                List<String> names = new CopyOnWriteArrayList<>();
                CompletableFuture<?>[] writes = IntStream.range(0, 16)
                        .mapToObj(i -> volume.write(i * 4096L, AlignedBuffer.allocate(4096))
                                .thenRun(() -> names.add(Thread.currentThread().getName()))
                                .toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new);
                Stages.await(CompletableFuture.allOf(writes));

                // A stage that has ended before it was chained runs its callback right here.
                String here = Thread.currentThread().getName();
                assertThat(names)
                        .hasSize(16)
                        .allMatch(name -> name.equals(here) || name.matches("scrubjay-file-io-[1-4]"));
            }
        }
    }

    @Test
    void snapshotIsOneMomentOfAVolumeThatIsBeingWritten() {
        // Given a writer that always makes both halves of a cluster the same, in one write
        int half = 512 << 10;
        try (FileEngine engine = FileEngine.open(FilePool.at(directory))) {
            engine.create(V, 2L * half, Provisioning.THIN);
            try (Volume volume = engine.open(V, Access.WRITE)) {
                AtomicInteger completed = new AtomicInteger();
                CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                    for (int round = 1; round <= 200; round++) {
                        ByteBuffer bytes = AlignedBuffer.allocate(2 * half);
                        while (bytes.hasRemaining()) {
                            bytes.putInt(round);
                        }
                        Stages.await(volume.write(0, bytes.flip()));
                        completed.set(round);
                    }
                });

                // When snapshots are made meanwhile
                for (int i = 0; i < 10; i++) {
                    int before = completed.get();
                    engine.snapshot(V, VolumeName.of("s" + i));

                    // Then each is one round, and no older than what was completed before
                    try (AwaitedVolume snapshot = AwaitedVolume.open(engine, "s" + i, Access.VERIFY)) {
                        ByteBuffer bytes = ByteBuffer.wrap(snapshot.readAll());
                        int round = bytes.getInt();
                        assertThat(round).isGreaterThanOrEqualTo(before);
                        while (bytes.hasRemaining()) {
                            assertThat(bytes.getInt()).isEqualTo(round);
                        }
                    }
                }
                writer.join();
            }
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }
}
