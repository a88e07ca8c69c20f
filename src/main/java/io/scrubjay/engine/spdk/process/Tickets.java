// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;

/**
 * Gives tickets to requests, and lets the other requests wait in line: the shim has room for this many requests and no
 * more, and a caller must not wait, since it may be the thread that completes requests. Thread-safe: guarded by itself;
 * requests are sent, and futures completed, without the lock.
 */
final class Tickets {
    /**
     * A request under way or in line. {@code kept} keeps the memory reachable that SPDK may access until the answer.
     */
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
     * @param kept owns the memory that the request uses
     * @param send takes the ticket; returns a negative number when the request could not be sent
     * @return completes with the request's status, or with that negative number
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

    /** Sends a request; while requests are refused, sends the next one in line. */
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

    /** How to complete a request that could not be sent; empty if it was sent. */
    private static Optional<Runnable> refusal(int ticket, Request request) {
        try {
            int sent = request.send().applyAsInt(ticket);
            return sent < 0 ? Optional.of(() -> request.answer().complete((long) sent)) : Optional.empty();
        } catch (RuntimeException | Error broken) {
            return Optional.of(() -> request.answer().completeExceptionally(broken));
        }
    }

    /** Takes a ticket back, and gives it to the next request in line. */
    private synchronized Optional<Request> passOn(int ticket) {
        Request next = line.poll();
        underWay[ticket] = next;
        if (next == null) {
            free.add(ticket);
        }
        return Optional.ofNullable(next);
    }

    /** Takes a ticket back, sends the next request in line with it, and completes the answered one. */
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
