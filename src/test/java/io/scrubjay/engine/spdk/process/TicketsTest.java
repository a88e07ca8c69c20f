// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.engine.Errno;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Requests and the numbers they are sent with. */
class TicketsTest {
    private final List<Integer> sent = new ArrayList<>();

    private int send(int ticket) {
        sent.add(ticket);
        return 0;
    }

    @Test
    void requestIsSentAtOnceAndAnsweredByItsTicket() {
        Tickets tickets = new Tickets(2);
        CompletableFuture<Long> one = tickets.submit(this, this::send);
        CompletableFuture<Long> two = tickets.submit(this, this::send);

        tickets.completed(sent.get(1), 22);

        assertThat(sent).doesNotHaveDuplicates().hasSize(2);
        assertThat(one).isNotDone();
        assertThat(two).isCompletedWithValue(22L);
        assertThat(tickets.count()).isEqualTo(1);
    }

    @Test
    void moreRequestsThanTicketsGoOneAfterTheOther() {
        Tickets tickets = new Tickets(1);
        List<String> order = new ArrayList<>();
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            answers.add(tickets.submit(this, ticket -> {
                order.add(name);
                return send(ticket);
            }));
        }
        assertThat(order).containsExactly("a");
        assertThat(tickets.count()).isEqualTo(3);

        tickets.completed(0, 1);
        assertThat(order).containsExactly("a", "b");
        tickets.completed(0, 2);
        tickets.completed(0, 3);

        assertThat(order).containsExactly("a", "b", "c");
        assertThat(answers).extracting(CompletableFuture::join).containsExactly(1L, 2L, 3L);
        assertThat(tickets.count()).isZero();
    }

    @Test
    void refusedRequestIsAnsweredWithTheRefusalAndGivesItsTicketBack() {
        Tickets tickets = new Tickets(1);

        CompletableFuture<Long> refused = tickets.submit(this, ticket -> -Errno.ESHUTDOWN);

        assertThat(refused).isCompletedWithValue((long) -Errno.ESHUTDOWN);
        assertThat(tickets.count()).isZero();
        assertThat(tickets.submit(this, this::send)).isNotDone();
    }

    /** As when SPDK has stopped while many were in line. */
    @Test
    void longLineOfRefusedRequestsIsAnswered() {
        Tickets tickets = new Tickets(1);
        CompletableFuture<Long> first = tickets.submit(this, this::send);
        List<CompletableFuture<Long>> line = IntStream.range(0, 100_000)
                .mapToObj(number -> tickets.submit(this, ticket -> -Errno.ESHUTDOWN))
                .toList();

        tickets.completed(0, 0);

        assertThat(first).isCompletedWithValue(0L);
        assertThat(line).allMatch(answer -> answer.join() == -Errno.ESHUTDOWN);
        assertThat(tickets.count()).isZero();
    }

    @Test
    void requestThatThrowsWhileItIsSentGivesItsTicketBack() {
        Tickets tickets = new Tickets(1);

        CompletableFuture<Long> failed = tickets.submit(this, ticket -> {
            throw new UnsatisfiedLinkError("no such function");
        });

        assertThatThrownBy(failed::join).hasRootCauseInstanceOf(UnsatisfiedLinkError.class);
        assertThat(tickets.count()).isZero();
    }

    @Test
    void manyThreadsShareFewTickets() throws InterruptedException {
        Tickets tickets = new Tickets(3);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int threads = 4;
        int each = 5_000;
        CountDownLatch answered = new CountDownLatch(threads * each);
        List<Thread> callers = IntStream.range(0, threads)
                .mapToObj(number -> new Thread(() -> {
                    for (int request = 0; request < each; request++) {
                        CompletableFuture<Void> unused = tickets.submit(this, ticket -> {
                                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                                    CompletableFuture<Void> later = CompletableFuture.runAsync(() -> {
                                        underWay.decrementAndGet();
                                        tickets.completed(ticket, ticket);
                                    });
                                    return later.isCompletedExceptionally() ? -1 : 0;
                                })
                                .thenAccept(status -> answered.countDown());
                    }
                }))
                .toList();

        callers.forEach(Thread::start);
        answered.await();

        assertThat(most.get()).isBetween(1, 3);
        assertThat(tickets.count()).isZero();
    }
}
