// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;

/**
 * Numbers the requests that are under way, and keeps the rest in line: the shim has room for so many and no more, and
 * whoever asks must not wait, for it may be the thread that completes them. Thread-safe: guarded by itself; requests are
 * sent, and futures completed, outside.
 */
final class Tickets {
    /** A request under way or in line. What it keeps reachable is memory that SPDK may touch until it is answered. */
    private record Request(IntUnaryOperator send, Object kept, CompletableFuture<Long> answer) {}

    private final Request[] underWay;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final Deque<Request> line = new ArrayDeque<>();

    Tickets(int count) {
        underWay = new Request[count];
        for (int ticket = 0; ticket < count; ticket++) {
            free.add(ticket);
        }
    }

    /**
     * Sends a request as soon as there is a ticket for it.
     *
     * @param kept owns the memory the request is about
     * @param send takes the ticket; negative when it could not be sent
     * @return completes with what the request completes with, or the negative number
     */
    CompletableFuture<Long> submit(Object kept, IntUnaryOperator send) {
        Request request = new Request(send, kept, new CompletableFuture<>());
        int ticket;
        synchronized (this) {
            if (free.isEmpty()) {
                line.add(request);
                return request.answer();
            }
            ticket = take(request);
        }
        send(ticket, request);
        return request.answer();
    }

    private int take(Request request) {
        int ticket = free.remove();
        underWay[ticket] = request;
        return ticket;
    }

    /** Sends a request, and whatever is next in line for as long as they are refused. */
    private void send(int ticket, Request first) {
        Optional<Request> next = Optional.of(first);
        while (next.isPresent()) {
            Request request = next.get();
            Optional<Runnable> refusal = refusal(ticket, request);
            if (refusal.isEmpty()) {
                return;
            }
            next = passOn(ticket);
            refusal.get().run();
        }
    }

    /** How a request ends that could not be sent. */
    private static Optional<Runnable> refusal(int ticket, Request request) {
        try {
            int sent = request.send().applyAsInt(ticket);
            return sent < 0 ? Optional.of(() -> request.answer().complete((long) sent)) : Optional.empty();
        } catch (RuntimeException | Error broken) {
            return Optional.of(() -> request.answer().completeExceptionally(broken));
        }
    }

    /** Takes a ticket back, and gives it to who is next in line. */
    private synchronized Optional<Request> passOn(int ticket) {
        Request next = line.poll();
        underWay[ticket] = next;
        if (next == null) {
            free.add(ticket);
        }
        return Optional.ofNullable(next);
    }

    /** Takes a ticket back, and sends what is next in line with it. */
    void completed(int ticket, long status) {
        Request answered;
        Optional<Request> next;
        synchronized (this) {
            answered = underWay[ticket];
            next = passOn(ticket);
        }
        next.ifPresent(request -> send(ticket, request));
        answered.answer().complete(status);
    }

    /** How many requests are under way or in line. */
    synchronized int count() {
        return underWay.length - free.size() + line.size();
    }
}
