// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.manifest.SessionStore;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import org.jboss.logging.Logger;

import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Makes images of complete sessions. Thread-safe; every method blocks for the device and is for workers.
 */
final class SessionMaker {
    /** How a session ended. */
    enum Outcome {
        /** Its image exists. */
        MADE,
        /** No image can be made of it. */
        REFUSED
    }

    private static final Logger LOG = Logger.getLogger(SessionMaker.class);

    private final StorageEngine engine;
    private final SessionStore store;
    private final Ingests ingests;
    private final InstantSource clock;
    private final SessionThreads threads;
    private final BiConsumer<Session, Outcome> whenEnded;

    SessionMaker(
            StorageEngine engine,
            SessionStore store,
            Ingests ingests,
            InstantSource clock,
            SessionThreads threads,
            BiConsumer<Session, Outcome> whenEnded) {
        this.engine = engine;
        this.store = store;
        this.ingests = ingests;
        this.clock = clock;
        this.threads = threads;
        this.whenEnded = whenEnded;
    }

    /**
     * Begins to make the image, for a client that has just sent the last byte. If the agent cannot begin now, it will
     * later.
     *
     * @throws RefusedException when the client or its bytes are the reason
     */
    void make(Session session) {
        try {
            makeNow(session);
        } catch (RefusedException refused) {
            if (SessionFailures.fate(refused.refusal()) != SessionFailures.Fate.TRIED_AGAIN) {
                throw refused;
            }
            LOG.infof(
                    "upload %s is complete, but its image cannot be made now: %s; the agent tries again until the upload"
                            + " expires",
                    session.id(), refused.getMessage());
        }
    }

    /**
     * Begins to make the image, unless that is being done.
     *
     * @throws RefusedException when it could not be begun
     */
    void makeNow(Session session) {
        if (!session.beginMaking()) {
            return;
        }
        try {
            begin(session);
        } catch (RuntimeException | Error failed) {
            RefusedException refused = SessionFailures.explain(failed);
            notMade(session, refused);
            throw refused;
        }
    }

    private void begin(Session session) {
        SessionRecord record = session.isCertain() ? session.record() : store.read(session.id());
        if (session.mayBeMade() && store.isMade(record)) {
            // An earlier ingest of it got as far as the commit, just before the agent ended.
            whenEnded.accept(session, Outcome.MADE);
            return;
        }
        Ingest ingest = ingests.begin(order(record));
        SessionRecord making = record.making(ingest.image().id());
        try {
            // ORDER: before the first byte, so that after a crash it is known which image to look for.
            store.update(making);
            session.recorded(making);
        } catch (RuntimeException | Error failed) {
            session.doubt();
            ingest.cut(SessionFailures.explain(failed));
            throw failed;
        }
        session.making(ingest);
        CompletionStage<?> unused =
                ingest.done().handleAsync((image, failure) -> ended(session, failure), threads.workers());
        threads.feeds().execute(new SessionFeed(engine, making, ingest));
    }

    private Void ended(Session session, Throwable failure) {
        if (failure == null) {
            whenEnded.accept(session, Outcome.MADE);
        } else {
            notMade(session, SessionFailures.explain(failure));
        }
        return null;
    }

    private void notMade(Session session, RefusedException why) {
        switch (SessionFailures.fate(why.refusal())) {
            case ENDS -> whenEnded.accept(session, Outcome.REFUSED);
            case TRIED_AGAIN, TOLD_AND_TRIED_AGAIN -> session.notMade(clock.instant());
        }
    }

    private static IngestOrder order(SessionRecord record) {
        SessionRecord.Announced announced = record.announced();
        return new IngestOrder(
                announced.name(),
                new SourceForm(
                        announced.format().flatMap(ImageFormat::ofWireName),
                        announced.compression().flatMap(Compression::ofWireName)),
                record.lengthBytes(),
                announced.diskBytes(),
                announced.digests(),
                announced.contentDigest());
    }
}
