// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
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
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import io.vertx.core.Vertx;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The fetching half of an agent over a pool in memory, with names and time of its own. */
final class FetchKit implements AutoCloseable {
    /** Where the servers of tests are; every other address of this machine is forbidden. */
    static final String ALLOWED = "127.0.0.1";

    private static final int FETCHES_MAX = 2;
    private static final ClusterSize CLUSTER = ClusterSize.parse("64K");

    final Vertx vertx = Vertx.vertx();
    final StorageEngine engine = TestPool.open(CLUSTER, 64L << 20);
    final ManifestStore manifests = new ManifestStore(engine);
    final Ingests ingests;
    final FetchTime time = new FetchTime();
    final Fetches fetches;
    /** All names that were asked for. */
    final Queue<String> asked = new ConcurrentLinkedQueue<>();

    private final Map<String, Deque<String>> names = new ConcurrentHashMap<>();

    FetchKit() {
        this(ProxyRoute.of(Optional.empty(), Optional.empty()), Optional.empty());
    }

    FetchKit(ProxyRoute proxies, Optional<Path> caBundle) {
        this(proxies, caBundle, Optional.empty());
    }

    FetchKit(ProxyRoute proxies, Optional<Path> caBundle, Optional<ProxyLogin> login) {
        ImageCatalog catalog = new ImageCatalog();
        ingests = new Ingests(
                new IngestLimits(
                        FETCHES_MAX,
                        2 * FETCHES_MAX + 1,
                        WindowPool.windowBytesFor(CLUSTER),
                        2,
                        Duration.ofSeconds(60),
                        ByteSize.parse("16T")),
                engine,
                manifests,
                catalog,
                InstantSource.system(),
                System::nanoTime,
                IngestObserver.NONE);
        UrlGuard guard = new UrlGuard(
                ServerList.parse(Optional.of(List.of(ALLOWED))),
                ServerList.parse(Optional.empty()),
                proxies,
                this::resolve);
        FetchTools tools = new FetchTools(
                guard, new SourceClient(vertx, caBundle, login), time, Duration.ofMinutes(5), FetchTime.IDLE);
        fetches = new Fetches(ingests, vertx, tools, () -> 0.5);
    }

    /** Bytes that are no zeroes, the same each time. */
    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    /** The addresses that a name has, the first time it is asked for, the second, and so on; the last one for good. */
    void name(String name, String... addresses) {
        names.put(name, new ArrayDeque<>(List.of(addresses)));
    }

    private synchronized List<InetAddress> resolve(String name) throws UnknownHostException {
        asked.add(name);
        Deque<String> addresses = names.get(name);
        if (addresses == null) {
            throw new UnknownHostException(name);
        }
        String next = addresses.size() > 1 ? addresses.removeFirst() : addresses.getFirst();
        return List.of(InetAddress.getByName(next));
    }

    static IngestOrder raw() {
        return raw("disk");
    }

    static IngestOrder raw(String name, Digest... digests) {
        return order(name, new SourceForm(Optional.of(ImageFormat.RAW), Optional.of(Compression.NONE)), digests);
    }

    static IngestOrder withContent(Digest content) {
        IngestOrder raw = raw();
        return new IngestOrder(
                raw.name(),
                raw.form(),
                raw.expectedBytes(),
                raw.virtualSizeBytes(),
                raw.expectedDigests(),
                Optional.of(content));
    }

    static IngestOrder auto() {
        return order("disk", SourceForm.AUTO);
    }

    static IngestOrder order(String name, SourceForm form, Digest... digests) {
        return new IngestOrder(
                ResourceName.parse(name),
                form,
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(digests),
                Optional.empty());
    }

    Image fetch(String url) {
        return fetch(raw(), url, Map.of());
    }

    Image fetch(IngestOrder order, String url, Map<String, String> headers) {
        return fetches.begin(order, new FetchSource(SourceUrl.parse(url), SourceHeaders.of(headers)));
    }

    /** Waits for the image's end. */
    static ImageState end(Image image) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> image.state() instanceof ImageState.Ready || image.state() instanceof ImageState.Failed);
        return image.state();
    }

    void requireReady(Image image, byte[] expected) {
        assertThat(end(image)).as(() -> image.state().toString()).isInstanceOf(ImageState.Ready.class);
        assertThat(stored(image)).isEqualTo(expected);
        awaitNoFetch();
    }

    /** Checks that nothing of the image is left, and why; returns the text. */
    String requireFailed(Image image, Refusal why) {
        assertThat(end(image))
                .isInstanceOfSatisfying(
                        ImageState.Failed.class,
                        failed -> assertThat(failed.refusal())
                                .as(failed.message())
                                .isEqualTo(why));
        awaitNoFetch();
        assertThat(engine.list()).isEmpty();
        return ((ImageState.Failed) image.state()).message();
    }

    private void awaitNoFetch() {
        await().atMost(Duration.ofMinutes(1)).until(() -> fetches.runningCount() == 0 && ingests.windowsInUse() == 0);
    }

    private byte[] stored(Image image) {
        int length = Math.toIntExact(manifests.read(image.id()).lengthBytes());
        ByteBuffer bytes = AlignedBuffer.allocate(Math.toIntExact(CLUSTER.roundUp(length)));
        try (Volume snapshot = engine.open(PoolName.snapshot(image.id()), Access.VERIFY)) {
            Stages.await(snapshot.read(0, bytes));
        }
        byte[] exact = new byte[length];
        bytes.get(0, exact);
        return exact;
    }

    @Override
    public void close() {
        ingests.close();
        fetches.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        engine.close();
    }
}
