// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.ingest.IngestLimits;
import io.scrubjay.ingest.IngestObserver;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An agent's half for resumable uploads over any engine, and a client that cuts its file as it likes. */
final class SessionKit implements AutoCloseable {
    static final Duration EXPIRY = Duration.ofHours(1);
    static final ByteSize FILE_MAX = ByteSize.parse("64M");
    static final int SESSIONS_MAX = 5;

    final StorageEngine engine;
    final ManifestStore manifests;
    final ImageCatalog catalog = new ImageCatalog();
    final Ingests ingests;
    final Sessions sessions;
    private final AtomicLong nanos = new AtomicLong();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** As after a start: leftovers are removed, and images and sessions are found again. */
    SessionKit(StorageEngine engine) {
        this.engine = engine;
        this.manifests = new ManifestStore(engine);
        InstantSource clock = () -> now;
        this.ingests = new Ingests(
                new IngestLimits(
                        2,
                        5,
                        WindowPool.windowBytesFor(engine.traits().clusterSize()),
                        2,
                        Duration.ofSeconds(60),
                        FILE_MAX),
                engine,
                manifests,
                catalog,
                clock,
                System::nanoTime,
                IngestObserver.NONE);
        this.sessions = new Sessions(
                new SessionLimits(SESSIONS_MAX, 3, 2, EXPIRY, FILE_MAX), engine, ingests, catalog, clock, nanos::get);
        manifests.removeLeftovers();
        manifests
                .scan()
                .images()
                .forEach(header -> catalog.claim(Image.committed(header, new ImageState.Ready(header))));
        sessions.restore();
    }

    /** Time passes, and the clock shows it. */
    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        setClock(time);
    }

    /** Sets the clock forward, or back by a negative time; no time passes. */
    void setClock(Duration by) {
        now = now.plus(by);
    }

    static SessionRecord.Announced announced(String name) {
        return new SessionRecord.Announced(
                ResourceName.parse(name),
                Optional.of("raw"),
                Optional.of("none"),
                OptionalLong.empty(),
                List.of(),
                Optional.empty(),
                "name ZGViaWFu");
    }

    SessionId create(String name, long length) {
        return create(announced(name), OptionalLong.of(length));
    }

    SessionId create(SessionRecord.Announced announced, OptionalLong length) {
        return await(sessions.create(announced, length)).id();
    }

    static TransferOrder at(long offset) {
        return new TransferOrder(offset, OptionalLong.empty(), OptionalLong.empty(), Optional.empty());
    }

    /** Sends a piece to its end. */
    SessionRecord send(SessionId id, long offset, byte[] piece) {
        return send(id, at(offset), piece);
    }

    SessionRecord send(SessionId id, TransferOrder order, byte[] piece) {
        Transfer transfer = await(sessions.begin(id, order));
        pass(transfer, piece);
        transfer.complete();
        return await(transfer.done());
    }

    /** Passes bytes to a transfer in buffers of many lengths, as a socket would; stops when it is broken. */
    static void pass(Transfer transfer, byte[] piece) {
        Random cuts = new Random(piece.length);
        int at = 0;
        while (at < piece.length) {
            int count = Math.min(piece.length - at, 1 + cuts.nextInt(200_000));
            ByteBuffer buffer = ByteBuffer.wrap(piece, at, count);
            at += count;
            transfer.receive(buffer);
            while (buffer.hasRemaining()) {
                await(CompletableFuture.anyOf(transfer.room(), transfer.broken().toCompletableFuture()));
                if (transfer.broken().toCompletableFuture().isDone()) {
                    return;
                }
                transfer.receive(buffer);
            }
        }
    }

    long offset(SessionId id) {
        return await(sessions.quiet(id)).offsetBytes();
    }

    /** A stage that never ends is a failure, and no test that never ends. */
    static <T> T await(CompletionStage<T> stage) {
        return Stages.await(stage.toCompletableFuture().copy().orTimeout(2, TimeUnit.MINUTES));
    }

    /** Waits until all images that are being made are ready or failed, and their sessions have ended or go on. */
    void awaitImages() {
        while (sessions.count() > sessions.parkedCount() || ingests.runningCount() > 0) {
            Thread.onSpinWait();
        }
    }

    Optional<ManifestHeader> image(String name) {
        return manifests.scan().images().stream()
                .filter(header -> header.name().value().equals(name))
                .findFirst();
    }

    /** The bytes of a ready image. */
    byte[] stored(ManifestHeader header) {
        int size = Math.toIntExact(engine.traits().clusterSize().roundUp(header.lengthBytes()));
        ByteBuffer bytes = AlignedBuffer.allocate(size);
        try (Volume snapshot = engine.open(PoolName.snapshot(header.id()), Access.VERIFY)) {
            Stages.await(snapshot.read(0, bytes));
        }
        byte[] exact = new byte[Math.toIntExact(header.lengthBytes())];
        bytes.get(0, exact);
        return exact;
    }

    /** Content as disks have it: runs of zeroes and of data. */
    static byte[] bytes(long seed, int length) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int run = Math.min(length - at, 1 + random.nextInt(1 << (4 + random.nextInt(18))));
            if (random.nextBoolean()) {
                byte[] data = new byte[run];
                random.nextBytes(data);
                System.arraycopy(data, 0, bytes, at, run);
            }
            at += run;
        }
        return bytes;
    }

    static byte[] part(byte[] bytes, long from, long to) {
        return Arrays.copyOfRange(bytes, Math.toIntExact(from), Math.toIntExact(to));
    }

    @Override
    public void close() {
        ingests.close();
        sessions.close();
    }
}
