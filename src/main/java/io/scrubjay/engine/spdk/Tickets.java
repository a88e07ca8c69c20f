package io.scrubjay.engine.spdk;

import java.util.ArrayDeque;
import java.util.Deque;
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

    private void send(int ticket, Request request) {
        int refused = request.send().applyAsInt(ticket);
        if (refused < 0) {
            completed(ticket, refused);
        }
    }

    /** Takes a ticket back, and sends what is next in line with it. */
    void completed(int ticket, long status) {
        Request answered;
        Request next;
        int nextTicket = -1;
        synchronized (this) {
            answered = underWay[ticket];
            underWay[ticket] = null;
            free.add(ticket);
            next = line.poll();
            if (next != null) {
                nextTicket = take(next);
            }
        }
        if (next != null) {
            send(nextTicket, next);
        }
        answered.answer().complete(status);
    }

    /** How many requests are under way or in line. */
    synchronized int count() {
        return underWay.length - free.size() + line.size();
    }
}
