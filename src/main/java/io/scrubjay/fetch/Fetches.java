// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageSource;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** All fetches of one agent. Each is an ingest like any other: counted, limited, cancelled and stopped with them. Thread-safe. */
public final class Fetches implements AutoCloseable {
    private final Ingests ingests;
    private final Vertx vertx;
    private final FetchTools tools;
    private final DoubleSupplier random;
    private final AtomicInteger running = new AtomicInteger();
    private final LongAdder retries = new LongAdder();

    Fetches(Ingests ingests, Vertx vertx, FetchTools tools, DoubleSupplier random) {
        this.ingests = ingests;
        this.vertx = vertx;
        this.tools = tools;
        this.random = random;
    }

    /**
     * The fetches that an administrator configured.
     *
     * @throws IllegalArgumentException when a setting is wrong; the message says which
     */
    public static Fetches of(UrlConfig config, Ingests ingests, Vertx vertx) {
        UrlGuard guard = new UrlGuard(
                ServerList.parse(config.allow()),
                ServerList.parse(config.deny()),
                ProxyRoute.of(config.proxy(), config.noProxy()),
                NameResolver.SYSTEM);
        FetchTools tools = new FetchTools(
                guard,
                new SourceClient(
                        vertx, config.caBundle(), config.proxyCredentials().map(ProxyLogin::read)),
                FetchTimer.of(vertx),
                config.retryFor(),
                config.idleTimeout());
        return new Fetches(
                ingests, vertx, tools, () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * Begins to fetch an image. It returns as soon as the ingest is admitted; the image then becomes ready, or fails with
     * {@code source-unavailable}, {@code source-changed}, {@code url-not-allowed}, or for any reason for which an upload
     * fails. Asks the name server and the device, and so is for workers.
     *
     * @throws RefusedException {@code url-not-allowed} when it is known without connecting; otherwise as {@link
     *     Ingests#begin}. Nothing is left of the image.
     */
    public Image begin(IngestOrder order, FetchSource source) {
        requireAllowed(source.url());
        Ingest ingest = ingests.begin(order);
        ingest.timedBySender();
        ingest.image().comesFrom(new ImageSource.Url(source.url().toString()));
        running.incrementAndGet();
        new Fetch(
                        tools,
                        ((VertxInternal) vertx).createEventLoopContext(),
                        source,
                        order,
                        ingest,
                        random,
                        new Fetch.Count() {
                            @Override
                            public void retried() {
                                retries.increment();
                            }

                            @Override
                            public void ended() {
                                running.decrementAndGet();
                            }
                        })
                .start();
        return ingest.image();
    }

    private void requireAllowed(SourceUrl url) {
        try {
            tools.guard().check(url);
        } catch (UnknownHostException notNow) {
            // The fetch asks again, and again if need be.
        }
    }

    /** How many fetches are running. */
    public int runningCount() {
        return running.get();
    }

    /** How many times fetches have tried again. */
    public long retriesTotal() {
        return retries.sum();
    }

    /** Ends all connections. The ingests have to be closed before: that ends the fetches. */
    @Override
    public void close() {
        tools.client().close();
    }
}
