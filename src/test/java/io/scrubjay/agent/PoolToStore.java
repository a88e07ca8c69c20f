// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.NthCallEngine;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ImageState;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.manifest.FindingLine;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import org.awaitility.Awaitility;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes a pool that is to be checked in: one of everything that is ever stored in one, in bytes that compress well. Who adds
 * something that is stored adds it here, and has a new pool stored beside the old ones. Confined to one thread.
 */
final class PoolToStore {
    private static final int MIB = 1 << 20;
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final NthCallEngine engine;
    private final StoredPool.Agent agent;

    PoolToStore(NthCallEngine engine, StoredPool.Agent agent) {
        this.engine = engine;
        this.agent = agent;
    }

    /** Does what users do. */
    void fill() {
        byte[] disk = bytes(1, 2 * MIB + MIB / 2 + 5);
        Arrays.fill(disk, MIB / 2, MIB + MIB / 2, (byte) 0);
        agent.ingest("disk", disk);
        byte[] checked = bytes(2, MIB + 1);
        ingestWithDigest("checked", checked);
        agent.ingest("spare", bytes(3, MIB));
        quarantine(agent.ingest("bad", bytes(4, MIB / 2)));

        agent.createVolume("vm", 3L * MIB);
        agent.write("vm", "first ".repeat(1000));
        agent.snapshot("vm", "monday");
        agent.write("vm", "second ".repeat(500));
        agent.snapshot("vm", "tuesday");
        agent.write("vm", "third ".repeat(100));
        agent.imageOfVolume("vm", "of-vm");
        agent.write("vm", "fourth ".repeat(100));
        agent.imageOfSnapshot("monday", "monday");
        agent.cloneImage("disk", "clone");
        agent.grow("clone", 4L * MIB);
        agent.write("clone", "cloned ".repeat(1000));
        agent.volumes()
                .cloneOf(
                        ResourceName.parse("of-monday"),
                        agent.catalog().get(ImageKey.ofSnapshot(ResourceName.parse("monday"))),
                        OptionalLong.empty());
        agent.cloneImage("checked", "inflated");
        agent.inflate("inflated");
        agent.volumes().create(ResourceName.parse("thick"), MIB, Provisioning.THICK);

        assertThat(agent.read(image("disk"))).isEqualTo(disk);
        assertThat(agent.read(image("checked"))).isEqualTo(checked);
        assertThat(agent.read("inflated")).startsWith(checked);
        ClearedPool.await(engine);
    }

    /** Begins what an end without warning cuts off: a deletion, and an upload of which a part is stored. */
    void beginMore() {
        agent.ingest("going", bytes(5, MIB / 2));
        agent.ingest("probe", bytes(6, MIB / 2));
        engine.watch();
        delete("probe");
        int removal = engine.calls().indexOf("delete image") + 1;
        assertThat(removal).isPositive();
        engine.arm(NthCallEngine.Fault.FAILS, removal);
        // It is answered, as nothing of the image will be seen again; what is left of it is removed later.
        delete("going");
        engine.watch();
        requireOneOf(PoolName.Kind.DELETED);

        int windowBytes = WindowPool.windowBytesFor(engine.traits().clusterSize());
        Ingest coming = agent.ingests().begin(order("coming", List.of()));
        send(coming, bytes(7, windowBytes + MIB / 2));
        long clusters = windowBytes / engine.traits().clusterSize().bytes();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> engine.list().stream()
                        .filter(volume -> volume.name().value().startsWith("head-"))
                        .map(volume -> engine.allocated(volume.name()))
                        .mapToLong(ClusterMap::count)
                        .anyMatch(stored -> stored >= clusters));
        requireOneOf(PoolName.Kind.HEAD);
        ClearedPool.await(engine);
    }

    private void delete(String name) {
        try {
            agent.deleteImage(name);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("nobody interrupts this", interrupted);
        }
    }

    private void requireOneOf(PoolName.Kind kind) {
        assertThat(engine.list())
                .filteredOn(volume -> PoolName.parse(volume.name())
                        .filter(known -> known.kind() == kind)
                        .isPresent())
                .hasSize(1);
    }

    private Image image(String name) {
        return agent.catalog().get(ResourceName.parse(name));
    }

    private void quarantine(Image image) {
        ManifestHeader header = agent.manifests().header(image.id());
        agent.manifests()
                .quarantine(QuarantineMarker.of(
                        header, "scrub-finding", "a chunk rotted", NOON, List.of(new FindingLine(0, "mismatch"))));
        image.move(ImageState.Ready.class, ready -> ready.quarantined("scrub-finding", "a chunk rotted", NOON));
    }

    /** Sends these bytes, and what their SHA-512 is. */
    private void ingestWithDigest(String name, byte[] bytes) {
        Ingest ingest = agent.ingests().begin(order(name, List.of(sha512(bytes))));
        send(ingest, bytes);
        ingest.complete();
        Stages.await(ingest.done());
    }

    private static Digest sha512(byte[] bytes) {
        try {
            return Digest.of(
                    DigestAlgorithm.SHA_512,
                    MessageDigest.getInstance("SHA-512").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static IngestOrder order(String name, List<Digest> expected) {
        return new IngestOrder(
                ResourceName.parse(name),
                new SourceForm(Optional.of(ImageFormat.RAW), Optional.of(Compression.NONE)),
                OptionalLong.empty(),
                OptionalLong.empty(),
                expected,
                Optional.empty());
    }

    private static void send(Ingest ingest, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        ingest.receive(buffer);
        while (buffer.hasRemaining()) {
            CompletableFuture.anyOf(ingest.room(), ingest.done().toCompletableFuture())
                    .join();
            ingest.receive(buffer);
        }
    }

    /** Bytes that differ from place to place, and of which a lot takes little room once it is compressed. */
    static byte[] bytes(int kind, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (kind * 31 + (i >> 12) * 7 + (i & 15));
        }
        return bytes;
    }
}
