// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Changes that pass, and somebody who needs a volume to stand still. */
class ChangeGateTest {
    private final ChangeGate gate = new ChangeGate();

    @Test
    void changesPassSideBySide() {
        CompletableFuture<String> one = new CompletableFuture<>();
        CompletableFuture<String> two = new CompletableFuture<>();
        CompletableFuture<String> first = gate.pass(() -> one);
        CompletableFuture<String> second = gate.pass(() -> two);

        two.complete("two");

        assertThat(second).isCompletedWithValue("two");
        assertThat(first).isNotDone();
    }

    @Test
    void holderWaitsForChangesUnderWay() throws InterruptedException {
        CompletableFuture<String> change = new CompletableFuture<>();
        CompletableFuture<String> passing = gate.pass(() -> change);
        List<String> order = new ArrayList<>();
        Thread holder = new Thread(() -> order.add(gate.holding(() -> "held, passed: " + passing.isDone())));
        holder.start();
        Awaitility.await().until(() -> holder.getState() == Thread.State.WAITING);
        assertThat(order).isEmpty();

        change.complete("done");
        holder.join();

        // The change is out of the way before anybody hears of it.
        assertThat(order).hasSize(1);
        assertThat(passing).isCompletedWithValue("done");
    }

    @Test
    void changesThatComeMeanwhileStartAfterwardsInTheirOrder() {
        List<String> started = new ArrayList<>();
        List<CompletableFuture<String>> results = new ArrayList<>();

        gate.holding(() -> {
            for (String name : List.of("a", "b")) {
                results.add(gate.pass(() -> {
                    started.add(name);
                    return CompletableFuture.completedFuture(name);
                }));
            }
            assertThat(started).isEmpty();
            return null;
        });

        assertThat(started).containsExactly("a", "b");
        assertThat(results).extracting(CompletableFuture::join).containsExactly("a", "b");
    }

    /** What was held off counts from the moment it is let go: the next holder waits for it. */
    @Test
    void nextHolderWaitsForChangesThatWereHeldOff() throws InterruptedException {
        CompletableFuture<String> slow = new CompletableFuture<>();
        List<CompletableFuture<String>> heldOff = new ArrayList<>();
        gate.holding(() -> heldOff.add(gate.pass(() -> slow)));
        AtomicInteger holders = new AtomicInteger();
        Thread holder = new Thread(() -> gate.holding(holders::incrementAndGet));
        holder.start();
        Awaitility.await().until(() -> holder.getState() == Thread.State.WAITING || holders.get() > 0);
        assertThat(holders).hasValue(0);

        slow.complete("done");
        holder.join();

        assertThat(holders).hasValue(1);
        assertThat(heldOff.get(0)).isCompletedWithValue("done");
    }

    @Test
    void nobodySlipsInWhileTheHolderWaits() throws InterruptedException {
        CompletableFuture<String> slow = new CompletableFuture<>();
        CompletableFuture<String> first = gate.pass(() -> slow);
        AtomicInteger late = new AtomicInteger();
        Thread holder = new Thread(() -> assertThat(gate.holding(late::get)).isZero());
        holder.start();
        Awaitility.await().until(() -> holder.getState() == Thread.State.WAITING);

        CompletableFuture<Integer> second = gate.pass(() -> CompletableFuture.completedFuture(late.incrementAndGet()));

        assertThat(second).isNotDone();
        slow.complete("done");
        holder.join();
        assertThat(first).isCompletedWithValue("done");
        assertThat(second).isCompletedWithValue(1);
    }

    @Test
    void holdersTakeTurns() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            threads.add(new Thread(() -> gate.holding(() -> {
                most.accumulateAndGet(holders.incrementAndGet(), Math::max);
                inside.countDown();
                await(go);
                return holders.decrementAndGet();
            })));
        }
        threads.forEach(Thread::start);
        await(inside);
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most).hasValue(1);
    }

    @Test
    void changeThatThrowsFailsAndLeavesTheGateOpen() {
        CompletableFuture<String> failed = gate.pass(() -> {
            throw new IllegalStateException("broken");
        });

        assertThatThrownBy(failed::join).hasRootCauseMessage("broken");
        assertThat(gate.<String>holding(() -> "open")).isEqualTo("open");
    }

    @Test
    void changeThatFailsLaterLeavesTheGateOpen() {
        CompletableFuture<String> change = new CompletableFuture<>();
        CompletableFuture<String> failed = gate.pass(() -> change);

        change.completeExceptionally(new IllegalStateException("broken"));

        assertThatThrownBy(failed::join).hasRootCauseMessage("broken");
        assertThat(gate.<String>holding(() -> "open")).isEqualTo("open");
    }

    @Test
    void holderThatThrowsLetsGo() {
        assertThatThrownBy(() -> gate.holding(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(gate.pass(() -> CompletableFuture.completedFuture(1))).isCompletedWithValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }
}
