// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.netty.channel.ChannelOption;
import io.scrubjay.api.answer.DownloadConfig;
import io.scrubjay.api.problem.CutAnswer;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Streams of an image's changes. A regular check for each subscriber compares two numbers, so an image does not know
 * its watchers; a slow subscriber may miss intermediate states, but never the last one.
 *
 * <p>Thread-safe.
 */
@Singleton
public class ImageEvents {
    private static final Logger LOG = Logger.getLogger(ImageEvents.class);
    /** The shortest time between two events: at most five a second. */
    private static final Duration TICK = Duration.ofMillis(200);
    /** The shortest delay there is; none is not allowed. */
    private static final Duration AT_ONCE = Duration.ofNanos(1);
    /** Ticks between two signs of life: some proxy would take silence for death. */
    private static final int HEARTBEAT_TICKS = 75;

    private static final int SUBSCRIBERS_MAX = 256;
    /** Of a subscriber's connection: some dozens of events. */
    private static final int SOCKET_BUFFER_BYTES = 16 << 10;

    private final ImageCatalog catalog;
    private final DownloadConfig config;
    private final Semaphore places = new Semaphore(SUBSCRIBERS_MAX);

    ImageEvents(ImageCatalog catalog, DownloadConfig config) {
        this.catalog = catalog;
        this.config = config;
    }

    /** How many clients are watching images. */
    public int watchingCount() {
        return SUBSCRIBERS_MAX - places.availablePermits();
    }

    /**
     * Sends the present state of the image at once, and again after each change, until it is ready, has failed or is
     * deleted, or the client disconnects. A client that has not received an event for
     * {@link DownloadConfig#stallTimeout} is disconnected. A request for the head alone gets no events. Called on the
     * request's event loop.
     *
     * @throws RefusedException {@code busy} when too many clients are watching
     */
    void send(Image image, Sse sse, SseEventSink client, HttpServerRequest request) {
        Context loop = ((HttpServerRequestInternal) request).context();
        if (request.method().equals(HttpMethod.HEAD)) {
            // ORDER: the framework sends the head before it gives the event loop back.
            loop.runOnContext(now -> client.close());
            return;
        }
        if (!places.tryAcquire()) {
            throw new RefusedException(
                    Refusal.BUSY,
                    "too many clients are watching images (limit %d); ask for the image itself, or try again later"
                            .formatted(SUBSCRIBERS_MAX));
        }
        keepLittle(request);
        ImageWatch watch = new ImageWatch(image, catalog);
        var unused = Multi.createFrom()
                .ticks()
                .startingAfter(AT_ONCE)
                .every(TICK)
                .onOverflow()
                .drop()
                .select()
                .first(tick -> !watch.isOver() && !client.isClosed())
                .map(tick -> event(watch, tick, sse))
                .select()
                .where(Optional::isPresent)
                // ORDER: the framework sends the head before it gives the event loop back.
                .emitOn(command -> loop.runOnContext(now -> command.run()))
                .onItem()
                .transformToUniAndConcatenate(event -> sent(event.get(), client, request))
                .select()
                .first(sent -> sent)
                .onTermination()
                .invoke(places::release)
                .subscribe()
                .with(sent -> {}, failure -> fail(failure, request), client::close);
    }

    /**
     * Bounds what the kernel keeps for a client that takes nothing, or is gone without a word: it would take megabytes, for a
     * quarter of an hour, before anybody could see. With HTTP/2 the client's window is the bound.
     *
     * <p>The connection is for nothing else afterwards: other answers want the room.
     */
    private static void keepLittle(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            connection.channel().config().setOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /** Whether the event was sent. It is not to a client that is gone, or takes none, which is no failure. */
    private Uni<Boolean> sent(OutboundSseEvent event, SseEventSink client, HttpServerRequest request) {
        if (client.isClosed()) {
            return Uni.createFrom().item(false);
        }
        Context loop = ((HttpServerRequestInternal) request).context();
        return Uni.createFrom()
                .completionStage(client.send(event))
                .replaceWith(true)
                .ifNoItem()
                .after(config.stallTimeout())
                .fail()
                .emitOn(command -> loop.runOnContext(now -> command.run()))
                .onFailure(TimeoutException.class)
                .invoke(late -> stalled(request))
                .onFailure(failure -> !(failure instanceof JsonProcessingException))
                .recoverWithItem(gone -> {
                    LOG.debugf("a client that was watching an image has disconnected: %s", gone.getMessage());
                    return false;
                });
    }

    /** Its place is wanted by others, and what it does not take would be kept for it for ever. */
    private void stalled(HttpServerRequest request) {
        LOG.infof(
                "a client that watches %s has read nothing for %d seconds; the agent cuts it off",
                request.path(), config.stallTimeout().toSeconds());
        CutAnswer.cut(request);
    }

    private static void fail(Throwable bug, HttpServerRequest request) {
        LOG.errorf(bug, "the event stream of %s was cut off", request.path());
        CutAnswer.cut(request);
    }

    private static Optional<OutboundSseEvent> event(ImageWatch watch, long tick, Sse sse) {
        Optional<ImageView> view = watch.look();
        if (view.isPresent()) {
            return Optional.of(
                    sse.newEventBuilder().data(ImageView.class, view.get()).build());
        }
        return tick % HEARTBEAT_TICKS == 0
                ? Optional.of(sse.newEventBuilder().comment("still here").build())
                : Optional.empty();
    }
}
