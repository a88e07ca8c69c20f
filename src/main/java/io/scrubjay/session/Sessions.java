// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.block.ByteSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Settling;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.Admission;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.manifest.SessionStore;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All sessions of one agent, in the pool and in memory.
 *
 * <p>Thread-safe. {@link #restore}, {@link #sweep} and {@link #close} block for the device and are for workers; the other
 * methods return at once, and what they return completes on a worker of this package, which must not be blocked.
 */
public final class Sessions implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Sessions.class);
    private static final Duration SWEEP_PERIOD = Duration.ofSeconds(10);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
    /** As often as a session may be taken by others while one request waits for it. */
    private static final int TRIES_MAX = 5;

    private final SessionLimits limits;
    private final StorageEngine engine;
    private final SessionStore store;
    private final ImageCatalog catalog;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Admission admission;
    private final WindowPool windows;
    private final SessionThreads threads = new SessionThreads();
    private final Settling settling = new Settling();
    private final SessionMaker maker;
    private final FinishedSessions finished = new FinishedSessions();
    private final ConcurrentHashMap<SessionId, Session> sessions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<SessionId, String> broken = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<SessionId, Object> removals = new ConcurrentHashMap<>();

    public Sessions(
            SessionLimits limits,
            StorageEngine engine,
            Ingests ingests,
            ImageCatalog catalog,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.limits = limits;
        this.engine = engine;
        this.store = new SessionStore(engine);
        this.catalog = catalog;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.admission = new Admission(limits.transfersMax());
        // INVARIANT I-7: memory is limited to these windows. No transfer waits for a window that another one holds.
        this.windows = new WindowPool(
                WindowPool.windowBytesFor(engine.traits().clusterSize()),
                Math.multiplyExact(limits.transfersMax(), limits.windowsPerTransfer()));
        this.maker = new SessionMaker(engine, store, ingests, clock, threads, this::ended);
    }

    /**
     * Finds the sessions that are in the pool. Called once, after the leftovers of a crash have been removed and before
     * the first request.
     */
    public void restore() {
        for (SessionStore.Found found : store.scan()) {
            if (found instanceof SessionStore.Found.Broken unknown) {
                broken.put(unknown.id(), unknown.what());
                LOG.warnf(
                        "upload %s cannot go on: %s. The agent keeps what is there. Repair it and restart the agent, or"
                                + " end the upload with DELETE /v1/uploads/%s",
                        unknown.id(), unknown.what(), unknown.id());
            } else if (found instanceof SessionStore.Found.Whole whole) {
                sessions.put(
                        found.id(), Session.found(whole.record(), ClientWait.found(nanoClock, limits.expireAfter())));
            }
        }
    }

    /** Sweeps at once, and again and again from now on. */
    public void watch() {
        ScheduledFuture<?> unused =
                threads.timer().scheduleWithFixedDelay(this::sweep, 0, SWEEP_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Begins a session.
     *
     * @param lengthBytes the length of the file, if it is known already
     * @return the session's record; fails with {@code malformed-image} for an empty file, {@code too-large}, {@code
     *     image-exists}, {@code busy}, {@code pool-full}, {@code device-failed}
     */
    public CompletionStage<SessionRecord> create(SessionRecord.Announced announced, OptionalLong lengthBytes) {
        return CompletableFuture.supplyAsync(() -> created(announced, lengthBytes), threads.workers());
    }

    private SessionRecord created(SessionRecord.Announced announced, OptionalLong lengthBytes) {
        requireLength(lengthBytes);
        requireLength(announced.diskBytes());
        requireFree(announced);
        if (sessions.size() + broken.size() >= limits.sessionsMax()) {
            throw new RefusedException(
                    Refusal.BUSY,
                    "there are too many resumable uploads (limit " + limits.sessionsMax()
                            + "); end one with DELETE, or wait until one is complete or expires");
        }
        SessionRecord record = SessionRecord.begun(announced, lengthBytes, expiry());
        try {
            store.create(record);
        } catch (EngineException | ManifestDamaged failed) {
            settling.settle("the removal of an upload that could not be begun", () -> remove(record.id()));
            throw SessionFailures.explain(failed);
        }
        sessions.put(record.id(), Session.begun(record, ClientWait.begun(nanoClock, limits.expireAfter())));
        return record;
    }

    private void requireLength(OptionalLong bytes) {
        if (bytes.isPresent() && bytes.getAsLong() > limits.fileMax().bytes()) {
            throw new RefusedException(
                    Refusal.TOO_LARGE,
                    "the image has " + new ByteSize(bytes.getAsLong()) + " bytes; the limit is " + limits.fileMax());
        }
        if (bytes.isPresent() && bytes.getAsLong() == 0) {
            throw new RefusedException(Refusal.MALFORMED_IMAGE, "the image is empty; send at least one byte");
        }
    }

    private void requireFree(SessionRecord.Announced announced) {
        catalog.find(announced.name())
                .filter(holder -> !(holder.state() instanceof ImageState.Failed))
                .ifPresent(holder -> {
                    throw new RefusedException(
                            Refusal.IMAGE_EXISTS,
                            holder + " already exists and is " + holder.state().wireName());
                });
    }

    private Instant expiry() {
        return clock.instant().plus(limits.expireAfter());
    }

    /**
     * The present record of a session, after a transfer in progress has been stopped and what it received is durable. A
     * session that has become an image is known for a while.
     *
     * @return fails with {@code upload-not-found}, {@code unreadable}
     */
    public CompletionStage<SessionRecord> quiet(SessionId id) {
        Optional<SessionRecord> past = finished.find(id);
        if (past.isPresent()) {
            return CompletableFuture.completedFuture(past.get());
        }
        return stage(() -> get(id))
                .thenCompose(session -> session.interrupt(interrupted())
                        .thenApplyAsync(nothing -> certain(session), threads.workers()));
    }

    private static RefusedException interrupted() {
        return new RefusedException(
                Refusal.CANCELLED, "another request for this upload ended this one; what it received is kept");
    }

    private static <T> CompletableFuture<T> stage(Supplier<T> value) {
        try {
            return CompletableFuture.completedFuture(value.get());
        } catch (RefusedException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private Session get(SessionId id) {
        if (broken.containsKey(id)) {
            throw new RefusedException(
                    Refusal.UNREADABLE,
                    "this upload cannot go on: " + broken.get(id) + "; end it with DELETE and begin another one");
        }
        return Optional.ofNullable(sessions.get(id))
                .filter(session -> !session.hasEnded())
                .orElseThrow(Sessions::notFound);
    }

    private static RefusedException notFound() {
        return new RefusedException(
                Refusal.UPLOAD_NOT_FOUND,
                "there is no upload at this path: it has ended or expired, or its image exists; begin another one with"
                        + " POST /v1/uploads");
    }

    /** The session's record; read again if the last update failed. */
    private SessionRecord certain(Session session) {
        try {
            if (!session.isCertain()) {
                session.readAgain(store.read(session.id()));
            }
            return session.record();
        } catch (EngineException | ManifestDamaged failed) {
            throw SessionFailures.explain(failed);
        }
    }

    /**
     * Begins a transfer. One that is in progress is stopped first, and what it received is made durable.
     *
     * @return the transfer, ready to receive; fails with {@code upload-not-found}, {@link OffsetMismatchException},
     *     {@code length-mismatch}, {@code too-large}, {@code malformed-image} for an empty file, {@code busy}, {@code
     *     unreadable}, {@code device-failed}
     */
    public CompletionStage<Transfer> begin(SessionId id, TransferOrder order) {
        return begin(id, order, TRIES_MAX);
    }

    private CompletionStage<Transfer> begin(SessionId id, TransferOrder order, int triesLeft) {
        return stage(() -> get(id))
                .thenCompose(session -> session.interrupt(interrupted())
                        .thenApplyAsync(nothing -> enter(session, order), threads.workers())
                        .thenCompose(entered -> entered.isPresent()
                                ? CompletableFuture.completedFuture(entered.get())
                                : again(id, order, triesLeft - 1)));
    }

    private CompletionStage<Transfer> again(SessionId id, TransferOrder order, int triesLeft) {
        return triesLeft > 0
                ? begin(id, order, triesLeft)
                : CompletableFuture.failedFuture(new RefusedException(
                        Refusal.BUSY, "several requests send to this upload at once; send one at a time"));
    }

    /** Empty when another transfer has begun meanwhile, or the session has ended. */
    private Optional<Transfer> enter(Session session, TransferOrder order) {
        Admission.Slot slot = admission.enter(this::busy);
        Transfer transfer = new Transfer(new Progress(session, slot), threads.workers(), order.checksum());
        if (!session.enter(transfer)) {
            slot.close();
            return Optional.empty();
        }
        slot.endsWith(transfer.done());
        try {
            begin(session, transfer, order);
            slot.stopBy(() -> transfer.stop(
                    new RefusedException(Refusal.BUSY, "the agent is stopping; what it received is kept")));
            return Optional.of(transfer);
        } catch (RuntimeException | Error failed) {
            RefusedException refused = SessionFailures.explain(failed);
            transfer.failed(refused);
            throw refused;
        }
    }

    private RefusedException busy(Admission.Denial denial) {
        return new RefusedException(
                Refusal.BUSY,
                switch (denial) {
                    case FULL ->
                        "too many uploads are in progress (limit " + limits.transfersMax() + "); try again later";
                    case REFUSING -> "the agent is stopping";
                });
    }

    private void begin(Session session, Transfer transfer, TransferOrder order) {
        SessionRecord record = certain(session);
        if (order.offsetBytes() != record.offsetBytes()) {
            throw new OffsetMismatchException(order.offsetBytes(), record.offsetBytes());
        }
        OptionalLong length = length(record, order);
        long roomBytes = length.orElse(limits.fileMax().bytes()) - record.offsetBytes();
        if (order.pieceBytes().orElse(0) > roomBytes) {
            throw new RefusedException(
                    length.isPresent() ? Refusal.LENGTH_MISMATCH : Refusal.TOO_LARGE,
                    "the request has " + order.pieceBytes().getAsLong() + " bytes, but the file "
                            + (length.isPresent()
                                    ? "needs only " + roomBytes + " more"
                                    : "may have only " + roomBytes + " more"));
        }
        SessionRecord known = record;
        if (!length.equals(record.lengthBytes())) {
            known = record.at(record.received(), length, expiry());
            update(session, known);
        }
        Optional<SpoolWriter> file =
                known.isComplete() ? Optional.empty() : Optional.of(SpoolWriter.open(engine, known));
        transfer.begin(known, file, windows, limits.windowsPerTransfer(), roomBytes, order.pieceBytes());
    }

    private OptionalLong length(SessionRecord record, TransferOrder order) {
        if (order.fileBytes().isEmpty()) {
            return record.lengthBytes();
        }
        long said = order.fileBytes().getAsLong();
        if (record.lengthBytes().isPresent() && record.lengthBytes().getAsLong() != said) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "Upload-Length is " + said + ", but it was "
                            + record.lengthBytes().getAsLong() + " before; the length of an upload does not change");
        }
        requireLength(order.fileBytes());
        if (said < record.offsetBytes()) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "Upload-Length is " + said + ", but " + record.offsetBytes() + " bytes have been received");
        }
        return order.fileBytes();
    }

    private void update(Session session, SessionRecord now) {
        try {
            store.update(now);
            session.recorded(now);
        } catch (RuntimeException | Error failed) {
            session.doubt();
            throw failed;
        }
    }

    /** What happens to a session while a transfer goes on. */
    private final class Progress implements Transfer.Owner {
        private final Session session;
        private final Admission.Slot slot;

        Progress(Session session, Admission.Slot slot) {
            this.session = session;
            this.slot = slot;
        }

        @Override
        public SessionRecord checkpoint(SpoolWriter file) {
            SessionRecord last = session.record();
            // ORDER: the bytes are durable before the record says so.
            SessionRecord now = last.at(file.flush(), last.lengthBytes(), expiry());
            update(session, now);
            return now;
        }

        @Override
        public void left(Transfer transfer) {
            session.left(transfer);
            slot.close();
        }

        @Override
        public void received(SessionRecord record) {
            if (record.isComplete()) {
                maker.make(session);
            }
        }
    }

    /**
     * Ends a session, and removes what it has received; an image that is being made of it is cancelled.
     *
     * @return completes when the end is durable; fails with {@code upload-not-found}, {@code unreadable}, {@code
     *     device-failed}
     */
    public CompletionStage<Void> terminate(SessionId id) {
        if (broken.containsKey(id)) {
            return CompletableFuture.runAsync(
                    () -> {
                        try {
                            remove(id);
                            broken.remove(id);
                        } catch (EngineException failed) {
                            throw SessionFailures.explain(failed);
                        }
                    },
                    threads.workers());
        }
        return stage(() -> ending(id))
                .thenCompose(session -> session.interrupt(interrupted())
                        .thenCompose(quiet -> cancelled(session))
                        .thenAcceptAsync(quiet -> terminated(session), threads.workers()));
    }

    /** ORDER: no transfer begins any more, and then the one in progress is stopped; so none writes during the removal. */
    private Session ending(SessionId id) {
        Session session = get(id);
        session.beginEnding();
        return session;
    }

    private static CompletionStage<Void> cancelled(Session session) {
        return session.ingest()
                .map(ingest -> {
                    ingest.cancel(new RefusedException(Refusal.CANCELLED, "the upload was ended by its client"));
                    return ingest.done().<Void>handle((image, failure) -> null);
                })
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    private void terminated(Session session) {
        boolean unused = session.end();
        try {
            remove(session.id());
            sessions.remove(session.id());
        } catch (RuntimeException | Error failed) {
            session.goesOn();
            throw SessionFailures.explain(failed);
        }
    }

    /** Removes a session from the pool; harmless when it has been removed. */
    private void remove(SessionId id) {
        // Its client and the end of its ingest may want this at the same time.
        synchronized (removals.computeIfAbsent(id, first -> new Object())) {
            try {
                store.delete(id);
            } catch (EngineException.VolumeNotFound gone) {
                LOG.debugf("upload %s is not in the pool any more", id);
            }
            store.removeRest(id);
        }
        removals.remove(id);
    }

    /** A session has become an image, or its bytes cannot become one. */
    private void ended(Session session, SessionMaker.Outcome outcome) {
        if (session.end()) {
            if (outcome == SessionMaker.Outcome.MADE) {
                finished.add(session.record());
            }
            settling.settle("the removal of upload " + session.id(), () -> remove(session.id()));
            sessions.remove(session.id());
        }
    }

    /** Removes sessions that have expired, and makes the images of those that are complete. Never fails. */
    public void sweep() {
        Instant now = clock.instant();
        for (Session session : sessions.values()) {
            try {
                if (session.endIfExpired(now)) {
                    LOG.infof(
                            "upload %s of image %s has expired with %d bytes, and is removed",
                            session.id(),
                            session.record().announced().name(),
                            session.record().offsetBytes());
                    terminated(session);
                } else if (session.isDue(now)) {
                    maker.makeNow(session);
                }
            } catch (RuntimeException failed) {
                // The next sweep tries again.
                LOG.warnf("upload %s: %s; the agent tries again", session.id(), failed.getMessage());
            }
        }
    }

    /** How many sessions there are, broken ones included. */
    public int count() {
        return sessions.size() + broken.size();
    }

    /** How many sessions are receiving. */
    public int receivingCount() {
        return admission.takenCount();
    }

    /** How many sessions wait for their clients, or for their image to be made. */
    public int parkedCount() {
        return Math.toIntExact(sessions.values().stream()
                .filter(session -> !session.isReceiving() && !session.isBeingMade())
                .count());
    }

    /** How many windows hold bytes that are to be written. */
    public int windowsInUse() {
        return windows.windowsInUse();
    }

    /** The longest file. */
    public long fileBytesMax() {
        return limits.fileMax().bytes();
    }

    /** The limit on transfers, for stopping the agent. Stopping it makes them fail with {@code busy}. */
    public Admission admission() {
        return admission;
    }

    /**
     * Admits no more transfers, and waits a while for those in progress. All ingests have been closed before. Sessions
     * stay in the pool.
     */
    @Override
    public void close() {
        admission.stop();
        boolean unused = admission.endsWithin(CLOSE_PATIENCE);
        threads.close();
        settling.close();
    }
}
