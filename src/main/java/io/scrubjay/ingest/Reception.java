// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.flow.WindowPart;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Wanted;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The queue of events from the sender to the coordinator, in order, with a timeout for a silent sender. Thread-safe.
 * The queue has at most as many entries as the ingest has windows, plus a few.
 */
final class Reception implements Wanted {
    /** An event from the sender. */
    sealed interface Event {}

    /** The next window; the receiver of the event becomes its holder. */
    record Bytes(WindowPart part) implements Event {}

    /** The stream is complete. */
    record End(long receivedBytes) implements Event {}

    /** The stream will not be completed. */
    record Cut(RefusedException why) implements Event {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Duration idleTimeout;
    private final LongSupplier nanoClock;
    private volatile long heardNanos;
    private volatile boolean isHeldBack;
    private volatile boolean isTimedBySender;
    private volatile boolean closed;
    private volatile Cut cut;

    Reception(Duration idleTimeout, LongSupplier nanoClock) {
        this.idleTimeout = idleTimeout;
        this.nanoClock = nanoClock;
        this.heardNanos = nanoClock.getAsLong();
    }

    void add(Event event) {
        if (event instanceof Cut first && cut == null) {
            cut = first;
        }
        events.add(event);
        if (closed) {
            drain();
        }
    }

    /** Records that bytes have been received. */
    void heard() {
        heardNanos = nanoClock.getAsLong();
        isHeldBack = false;
    }

    /** Records that the sender has bytes but must wait for room, so that this time does not count as its silence. */
    void heldBack() {
        isHeldBack = true;
    }

    /** Records that the sender watches for silence itself. */
    void timedBySender() {
        isTimedBySender = true;
    }

    /**
     * Waits for the next event.
     *
     * @throws RefusedException when the sender was silent for too long
     */
    Event next() throws InterruptedException {
        while (true) {
            long silentNanos = isHeldBack || isTimedBySender ? 0 : nanoClock.getAsLong() - heardNanos;
            long leftNanos = idleTimeout.toNanos() - silentNanos;
            Event event = leftNanos <= 0 ? events.poll() : events.poll(leftNanos, TimeUnit.NANOSECONDS);
            if (event != null) {
                return event;
            }
            if (leftNanos <= 0) {
                throw new RefusedException(
                        Refusal.UPLOAD_IDLE, "the client sent nothing for " + idleTimeout.toSeconds() + " seconds");
            }
        }
    }

    /** Whether somebody wants the ingest to end; for the seal, which does not wait for events. */
    @Override
    public Optional<RefusedException> withdrawn() {
        return Optional.ofNullable(cut).map(Cut::why);
    }

    /** Releases the windows in the queue, and all that are still added. */
    void close() {
        closed = true;
        drain();
    }

    private void drain() {
        Event event = events.poll();
        while (event != null) {
            if (event instanceof Bytes bytes) {
                bytes.part().window().release();
            }
            event = events.poll();
        }
    }
}
