// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/** An agent's ingesting half over any engine, and a sender that cuts its bytes into buffers as it likes. */
final class IngestKit implements AutoCloseable {
    private static final int CONCURRENCY_MAX = 4;

    final StorageEngine engine;
    final ManifestStore manifests;
    final ImageCatalog catalog = new ImageCatalog();
    final Ingests ingests;

    IngestKit(StorageEngine engine) {
        this(engine, Duration.ofSeconds(60));
    }

    IngestKit(StorageEngine engine, Duration idleTimeout) {
        this(engine, idleTimeout, System::nanoTime);
    }

    /** @param nanoClock by which a sender is silent */
    IngestKit(StorageEngine engine, Duration idleTimeout, LongSupplier nanoClock) {
        this(engine, idleTimeout, nanoClock, InstantSource.system());
    }

    /**
     * @param nanoClock by which a sender is silent
     * @param clock by which images have their dates
     */
    IngestKit(StorageEngine engine, Duration idleTimeout, LongSupplier nanoClock, InstantSource clock) {
        this(engine, idleTimeout, nanoClock, clock, ByteSize.parse("16T"));
    }

    private IngestKit(
            StorageEngine engine,
            Duration idleTimeout,
            LongSupplier nanoClock,
            InstantSource clock,
            ByteSize virtualSizeMax) {
        this.engine = engine;
        this.manifests = new ManifestStore(engine);
        this.ingests = new Ingests(
                limits(engine.traits().clusterSize(), idleTimeout, virtualSizeMax),
                engine,
                manifests,
                catalog,
                clock,
                nanoClock,
                IngestObserver.NONE);
    }

    /** An agent whose images have no more bytes than this. */
    static IngestKit limitedTo(StorageEngine engine, ByteSize virtualSizeMax) {
        return new IngestKit(engine, Duration.ofSeconds(60), System::nanoTime, InstantSource.system(), virtualSizeMax);
    }

    private static IngestLimits limits(ClusterSize clusterSize, Duration idleTimeout, ByteSize virtualSizeMax) {
        return new IngestLimits(
                CONCURRENCY_MAX,
                2 * CONCURRENCY_MAX + 2,
                WindowPool.windowBytesFor(clusterSize),
                2,
                idleTimeout,
                virtualSizeMax);
    }

    /** An order that leaves everything open but the name. */
    static IngestOrder order(String name) {
        return new IngestOrder(
                ResourceName.parse(name),
                new SourceForm(Optional.of(ImageFormat.RAW), Optional.of(Compression.NONE)),
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                Optional.empty());
    }

    /** Ingests these bytes to the end; fails as the ingest does. */
    Image ingest(String name, byte[] bytes) {
        return ingest(order(name), bytes, new Random(0), 1 << 20);
    }

    /** Ingests these bytes in buffers of random lengths up to a bound. */
    Image ingest(IngestOrder order, byte[] bytes, Random cuts, int bufferBytesMax) {
        Ingest ingest = ingests.begin(order);
        send(ingest, bytes, cuts, bufferBytesMax);
        ingest.complete();
        return Stages.await(ingest.done());
    }

    /** Sends bytes, waiting for room as a socket would; stops without a word when the ingest has failed. */
    static void send(Ingest ingest, byte[] bytes, Random cuts, int bufferBytesMax) {
        int at = 0;
        while (at < bytes.length) {
            int count = Math.min(bytes.length - at, 1 + cuts.nextInt(bufferBytesMax));
            ByteBuffer buffer = ByteBuffer.wrap(bytes, at, count);
            at += count;
            ingest.receive(buffer);
            while (buffer.hasRemaining()) {
                awaitRoomOrEnd(ingest);
                if (ingest.done().toCompletableFuture().isDone()) {
                    return;
                }
                ingest.receive(buffer);
            }
        }
    }

    private static void awaitRoomOrEnd(Ingest ingest) {
        CompletableFuture.anyOf(
                        ingest.room(), ingest.done().toCompletableFuture().handle((image, failure) -> null))
                // A window that nobody gives back is a failure, and no test that never ends.
                .orTimeout(3, TimeUnit.MINUTES)
                .join();
    }

    /** What the image's snapshot holds, cut at its logical length; there is nothing behind it. */
    byte[] stored(Image image) {
        long length = manifests.read(image.id()).lengthBytes();
        int size = Math.toIntExact(engine.traits().clusterSize().roundUp(length));
        ByteBuffer bytes = AlignedBuffer.allocate(size);
        try (Volume snapshot = engine.open(PoolName.snapshot(image.id()), Access.VERIFY)) {
            Stages.await(snapshot.read(0, bytes));
        }
        byte[] exact = new byte[Math.toIntExact(length)];
        bytes.get(0, exact);
        assertThat(ZeroScan.isZero(bytes.slice(exact.length, size - exact.length)))
                .as("zeroes up to the end of the last cluster")
                .isTrue();
        return exact;
    }

    @Override
    public void close() {
        ingests.close();
    }
}
