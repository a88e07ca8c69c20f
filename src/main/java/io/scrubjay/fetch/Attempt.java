// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.ingest.Ingest;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One attempt of a fetch: asks the original URL, follows redirects, and takes the body if it is the file or its rest.
 * Confined to the fetch's event loop; a worker resolves names.
 */
final class Attempt {
    private static final Logger LOG = Logger.getLogger(Attempt.class);

    private static final int REDIRECTS_MAX = 5;

    /** Listens to the attempt; it is not called after its end. */
    interface Course {
        /** New bytes have arrived. */
        void progressed();

        /** The file is complete. The attempt has ended. */
        void completed();

        /**
         * The attempt has ended, and another one may succeed.
         *
         * @param why for people
         * @param retryAfter how long the server asks to wait
         */
        void failed(String why, Optional<Duration> retryAfter);

        /** The attempt has ended, and another one cannot succeed. */
        void refused(RefusedException why);
    }

    private final FetchTools tools;
    private final Context loop;
    private final FetchSource source;
    private final FetchedFile file;
    private final AnswerRules rules;
    private final Ingest ingest;
    private final Course course;
    private final SilenceWatch watch;
    private Optional<HttpClientRequest> request = Optional.empty();
    private Optional<AnswerBody> body = Optional.empty();
    private boolean isOver;

    /** Begins to count the time; must be called on the event loop. */
    Attempt(
            FetchTools tools,
            Context loop,
            FetchSource source,
            FetchedFile file,
            AnswerRules rules,
            Ingest ingest,
            Course course) {
        this.tools = tools;
        this.loop = loop;
        this.source = source;
        this.file = file;
        this.rules = rules;
        this.ingest = ingest;
        this.course = course;
        this.watch = new SilenceWatch(
                tools.timer(),
                tools.idleTimeout(),
                () -> fail("nothing came from " + source.url() + " for "
                        + tools.idleTimeout().toSeconds() + " seconds"));
    }

    void start() {
        ask(source.url(), source.headers(), 0);
    }

    /** Ends the attempt; its listener is not called any more. */
    void stop() {
        isOver = true;
        watch.stop();
        body.ifPresent(AnswerBody::stop);
        request.ifPresent(HttpClientRequest::reset);
    }

    private void ask(SourceUrl url, SourceHeaders headers, int redirects) {
        loop.executeBlocking(() -> tools.guard().check(url), false)
                .onComplete(next(url, checked -> connect(checked, headers, redirects), late -> {}));
    }

    private void connect(CheckedUrl to, SourceHeaders headers, int redirects) {
        AnswerRules.Request asked = new AnswerRules.Request(to.url(), file.rest(to.url()), redirects);
        tools.client()
                .connect(to, fields(headers, asked))
                .onComplete(next(to.url(), open -> send(open, asked, headers), HttpClientRequest::reset));
    }

    private static MultiMap fields(SourceHeaders headers, AnswerRules.Request asked) {
        MultiMap fields = HttpHeaders.headers()
                .set("Host", asked.url().authority())
                .set("Accept", "*/*")
                .set("User-Agent", "scrubjay");
        headers.fields().forEach(fields::set);
        // The bytes are wanted as they are stored there: a digest of the file is of those.
        fields.set("Accept-Encoding", "identity");
        asked.rest()
                .ifPresent(from ->
                        fields.set("Range", "bytes=" + from.from() + "-").set("If-Range", from.entityTag()));
        return fields;
    }

    private void send(HttpClientRequest open, AnswerRules.Request asked, SourceHeaders headers) {
        request = Optional.of(open);
        open.send().onComplete(next(asked.url(), response -> answered(response, asked, headers), late -> {}));
    }

    private void answered(HttpClientResponse response, AnswerRules.Request asked, SourceHeaders headers) {
        // Without a listener, Vert.x logs the end of each answer that is not read as an error.
        response.exceptionHandler(unread -> {});
        AnswerHead head = AnswerHead.of(response.statusCode(), response.headers());
        watch.heard();
        if (head.location().isPresent()) {
            request.ifPresent(HttpClientRequest::reset);
            redirect(asked, head.location().get(), headers);
            return;
        }
        AnswerRules.Decision decision = rules.decide(asked, head);
        if (decision instanceof AnswerRules.AskAgain again) {
            end(() -> course.failed(again.why(), again.retryAfter()));
        } else if (decision instanceof AnswerRules.TakePart part) {
            part.range().total().ifPresent(file::isLong);
            long again = file.taken().count() - part.range().first();
            read(response, asked.url(), TakenBytes.unchecked(again), () -> {});
        } else {
            expect(head.lengthBytes());
            read(
                    response,
                    asked.url(),
                    file.taken().fromTheBeginning(),
                    () -> file.isVersion(asked.url(), head.validators()));
        }
    }

    private void redirect(AnswerRules.Request asked, String location, SourceHeaders headers) {
        if (asked.redirects() == REDIRECTS_MAX) {
            throw new RefusedException(
                    Refusal.SOURCE_UNAVAILABLE,
                    source.url() + " redirects more than " + REDIRECTS_MAX + " times; use the URL of the file itself");
        }
        SourceUrl next = asked.url().redirectedTo(location);
        // Once they have been left out they stay out: another server has chosen the path that comes now.
        ask(next, next.hasOriginOf(asked.url()) ? headers : SourceHeaders.NONE, asked.redirects() + 1);
    }

    private void expect(OptionalLong lengthBytes) {
        if (file.length().isEmpty() && lengthBytes.isPresent()) {
            if (file.taken().count() == 0) {
                ingest.expect(lengthBytes.getAsLong());
            }
            file.isLong(lengthBytes.getAsLong());
        }
    }

    private void read(HttpClientResponse response, SourceUrl url, TakenBytes.Repeat repeat, Runnable onSame) {
        AnswerBody coming = new AnswerBody(loop, response, repeat, file, ingest, watch, new AnswerBody.Course() {
            @Override
            public void same() {
                onSame.run();
            }

            @Override
            public void progressed() {
                course.progressed();
            }

            @Override
            public void ended() {
                guarded(() -> complete(url));
            }

            @Override
            public void broken(Throwable failure) {
                Attempt.this.broken(url, failure);
            }

            @Override
            public void differs(String how) {
                end(() -> course.refused(new RefusedException(
                        Refusal.SOURCE_CHANGED,
                        "the file at " + url + " changed while it was being fetched: " + how
                                + "; order the image again")));
            }
        });
        body = Optional.of(coming);
        coming.start();
    }

    private void complete(SourceUrl url) {
        long taken = file.taken().count();
        if (file.length().isPresent() && taken < file.length().getAsLong()) {
            fail(url + " ended its answer after " + taken + " of "
                    + file.length().getAsLong() + " bytes");
            return;
        }
        rules.requireSector(url);
        end(course::completed);
    }

    private <T> Handler<AsyncResult<T>> next(SourceUrl url, Consumer<T> step, Consumer<T> late) {
        return result -> {
            if (result.failed()) {
                broken(url, result.cause());
            } else if (isOver) {
                late.accept(result.result());
            } else {
                guarded(() -> step.accept(result.result()));
            }
        };
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RefusedException why) {
            end(() -> course.refused(why));
        }
    }

    private void broken(SourceUrl url, Throwable failure) {
        LOG.debugf(failure, "the connection to %s failed", url);
        guarded(() -> fail(AttemptFailure.reason(url, failure)));
    }

    private void fail(String why) {
        end(() -> course.failed(why, Optional.empty()));
    }

    private void end(Runnable tell) {
        if (!isOver) {
            stop();
            tell.run();
        }
    }
}
