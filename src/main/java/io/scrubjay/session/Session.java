// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.ingest.Ingest;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.refusal.RefusedException;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One session while the agent runs: its record, and who is working on it. Thread-safe: guarded by its monitor, which is
 * not held during calls to other objects.
 */
final class Session {
    private static final int RETRY_SECONDS = 30;

    private final SessionId id;
    private final ClientWait clientWait;
    private SessionRecord record;
    private boolean isCertain = true;
    private Optional<Transfer> transfer = Optional.empty();
    private boolean isBeingMade;
    private Optional<Ingest> ingest = Optional.empty();
    private Optional<Instant> notMadeAt = Optional.empty();
    private boolean mayBeMade;
    private boolean isEnding;
    private boolean ended;

    private Session(SessionRecord record, ClientWait clientWait, boolean mayBeMade) {
        this.id = record.id();
        this.clientWait = clientWait;
        this.record = record;
        this.mayBeMade = mayBeMade;
    }

    /** A new session. */
    static Session begun(SessionRecord record, ClientWait clientWait) {
        return new Session(record, clientWait, false);
    }

    /** A session that an earlier run of the agent has left. */
    static Session found(SessionRecord record, ClientWait clientWait) {
        return new Session(record, clientWait, record.image().isPresent());
    }

    SessionId id() {
        return id;
    }

    /** What was durable at the last checkpoint. */
    synchronized SessionRecord record() {
        return record;
    }

    /** Whether the record in the pool is certainly this one: not after an update that failed. */
    synchronized boolean isCertain() {
        return isCertain;
    }

    synchronized void recorded(SessionRecord now) {
        if (!now.expiresAt().equals(record.expiresAt())) {
            clientWait.beginAgain();
        }
        record = now;
        isCertain = true;
    }

    /**
     * Takes a record that was read again after an update had failed. Ignored if an update has succeeded meanwhile: then
     * what was read may be older.
     */
    synchronized void readAgain(SessionRecord found) {
        if (!isCertain) {
            recorded(found);
        }
    }

    /** An update has failed: the pool may have the old record or the new one. */
    synchronized void doubt() {
        isCertain = false;
    }

    /** Begins a transfer, if none is in progress and the session has not ended; {@link #left} must follow. */
    synchronized boolean enter(Transfer next) {
        if (hasEnded() || transfer.isPresent()) {
            return false;
        }
        transfer = Optional.of(next);
        return true;
    }

    synchronized void left(Transfer last) {
        transfer = transfer.filter(running -> running != last);
    }

    synchronized boolean isReceiving() {
        return transfer.isPresent();
    }

    /** Stops the transfer in progress, if there is one; completes when there is none, and never fails. */
    CompletionStage<Void> interrupt(RefusedException why) {
        Optional<Transfer> running;
        synchronized (this) {
            running = transfer;
        }
        if (running.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        running.get().stop(why);
        return running.get().done().handle((durable, failure) -> null);
    }

    /** Begins to make the image; returns false when somebody is doing that, or the session has ended. */
    synchronized boolean beginMaking() {
        if (hasEnded() || isBeingMade) {
            return false;
        }
        isBeingMade = true;
        return true;
    }

    /**
     * Whether the image in its record may exist: when an earlier run of the agent ended before it removed the session.
     * An ingest of this run that has failed leaves no image.
     */
    synchronized boolean mayBeMade() {
        return mayBeMade;
    }

    /** The ingest that makes the image. */
    synchronized void making(Ingest running) {
        ingest = Optional.of(running);
        mayBeMade = false;
    }

    synchronized Optional<Ingest> ingest() {
        return ingest;
    }

    synchronized boolean isBeingMade() {
        return isBeingMade;
    }

    /** No image could be made at this time; the agent tries again {@value #RETRY_SECONDS} seconds later. */
    synchronized void notMade(Instant now) {
        isBeingMade = false;
        ingest = Optional.empty();
        notMadeAt = Optional.of(now);
    }

    /** Whether the agent should try to make the image now. */
    synchronized boolean isDue(Instant now) {
        return !hasEnded()
                && record.isComplete()
                && transfer.isEmpty()
                && !isBeingMade
                && notMadeAt.map(last -> hasWaited(last, now)).orElse(true);
    }

    /** A clock that has been set back does not make the agent wait longer. */
    private static boolean hasWaited(Instant last, Instant now) {
        return now.isBefore(last) || !now.isBefore(last.plusSeconds(RETRY_SECONDS));
    }

    /**
     * Whether the session has waited too long for its client: by the clock, so that it stays until the time that its
     * client was told, and by the time that has really passed.
     */
    synchronized boolean isExpired(Instant now) {
        return !hasEnded()
                && transfer.isEmpty()
                && !isBeingMade
                && now.isAfter(record.expiresAt())
                && clientWait.isOver();
    }

    /**
     * Ends the session if it has expired; returns whether it did. A transfer begins either before, and keeps the
     * session, or it is refused.
     */
    synchronized boolean endIfExpired(Instant now) {
        boolean isExpired = isExpired(now);
        if (isExpired) {
            ended = true;
        }
        return isExpired;
    }

    /** Admits no transfer any more, and no image is begun, since the client has asked for the end. */
    synchronized void beginEnding() {
        isEnding = true;
    }

    /** Admits no transfer any more, and no image is begun; returns false when it was ended before. */
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    /** Undoes {@link #beginEnding} and {@link #end} after a removal that failed. */
    synchronized void goesOn() {
        isEnding = false;
        ended = false;
        isCertain = false;
    }

    /** Whether the session has ended, or is about to. */
    synchronized boolean hasEnded() {
        return ended || isEnding;
    }
}
