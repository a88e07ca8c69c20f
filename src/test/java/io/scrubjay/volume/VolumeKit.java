// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ByteSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.flow.Piece;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.ContentReader;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageDeletion;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.ReadLimits;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestLimits;
import io.scrubjay.ingest.IngestObserver;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolInventory;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import org.awaitility.Awaitility;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The volume half of an agent over any engine, as it is after a start. Confined to one thread. */
final class VolumeKit implements AutoCloseable {
    private static final int WRITES_MAX = 3;

    final StorageEngine engine;
    final ManifestStore manifests;
    final CommittedManifests committed;
    final ImageCatalog images = new ImageCatalog();
    final Volumes volumes;
    final Snapshots snapshots;
    final VolumeImages volumeImages;
    final VolumeWrites writes;
    final VolumeReads reads;
    final VolumeJobs jobs;
    final ImageDeletion deletion;
    final ContentReaders readers;

    /** Does what a start does: removes leftovers, and takes over what is in the pool. */
    VolumeKit(StorageEngine engine) {
        this(engine, ByteSize.parse("1G"));
    }

    VolumeKit(StorageEngine engine, ByteSize sizeMax) {
        this(engine, sizeMax, InstantSource.system());
    }

    VolumeKit(StorageEngine engine, ByteSize sizeMax, InstantSource clock) {
        this.engine = engine;
        this.manifests = new ManifestStore(engine);
        this.committed = new CommittedManifests(manifests::read, 1 << 20);
        VolumeLimits limits = new VolumeLimits(sizeMax, WRITES_MAX, 2, Duration.ofMillis(50));
        this.volumes = new Volumes(engine, images, limits, clock);
        this.snapshots = new Snapshots(engine, manifests, committed, images, clock);
        this.volumeImages = new VolumeImages(engine, manifests, committed, images, clock);
        this.writes = new VolumeWrites(engine, limits);
        this.readers = new ContentReaders(new ReadLimits(2, 2), engine, committed, (image, chunk) -> {});
        this.reads = new VolumeReads(engine, readers);
        this.jobs = new VolumeJobs(engine, clock);
        this.deletion = new ImageDeletion(engine, manifests, images, volumes.clones(), Duration.ofMillis(50));
        manifests.removeLeftovers();
        PoolInventory scan = manifests.scan();
        scan.images().forEach(header -> images.claim(Image.committed(header, new ImageState.Ready(header))));
        volumes.restore();
    }

    static ResourceName name(String text) {
        return ResourceName.parse(text);
    }

    NamedVolume thin(String name, long sizeBytes) {
        return volumes.create(name(name), sizeBytes, Provisioning.THIN);
    }

    NamedVolume cloneOf(String name, Image source) {
        return volumes.cloneOf(name(name), source, OptionalLong.empty());
    }

    Image snapshot(NamedVolume volume, String name) {
        return snapshots.take(volume, name(name));
    }

    /** An image of a volume, once nobody works on it any more. */
    Image imageOf(NamedVolume volume, String name) {
        return ended(volumeImages.begin(name(name), volume, Optional.empty()));
    }

    /** An image of a snapshot, once nobody works on it any more. */
    Image imageOf(Image snapshot, String name) {
        return ended(volumeImages.begin(name(name), snapshot, Optional.empty()));
    }

    /** An image of a volume whose bytes are fixed, and which has no manifest yet; it stays so. */
    Image unfinished(NamedVolume volume, String name) {
        Image image = Image.pending(name(name), Instant.EPOCH, OptionalLong.empty(), Optional.empty());
        images.claim(image);
        manifests.begin(image.id());
        VolumeSummary unused = engine.snapshot(volume.stored(), image.volume());
        return image;
    }

    Image ended(Image image) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofMinutes(2))
                .until(() -> volumeImages.admission().takenCount() == 0);
        return image;
    }

    VolumeReport.Extent extent(NamedVolume volume) {
        return volumes.report(volume).extent().orElseThrow();
    }

    /** An image of these bytes, by a real ingest. */
    Image image(String name, byte[] bytes) {
        IngestLimits limits = new IngestLimits(
                1,
                4,
                WindowPool.windowBytesFor(engine.traits().clusterSize()),
                2,
                Duration.ofSeconds(60),
                ByteSize.parse("16T"));
        try (Ingests ingests = new Ingests(
                limits, engine, manifests, images, InstantSource.system(), System::nanoTime, IngestObserver.NONE)) {
            Ingest ingest = ingests.begin(new IngestOrder(
                    name(name),
                    new SourceForm(Optional.of(ImageFormat.RAW), Optional.of(Compression.NONE)),
                    OptionalLong.of(bytes.length),
                    OptionalLong.empty(),
                    List.of(),
                    Optional.empty()));
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                ingest.receive(source);
                if (source.hasRemaining()) {
                    ingest.room().join();
                }
            }
            ingest.complete();
            return Stages.await(ingest.done());
        }
    }

    /** Writes, and waits until it is durable. */
    void write(NamedVolume volume, long offset, byte[] bytes) {
        write(volume, offset, bytes, new Random(0));
    }

    /** The same with a sender that cuts its bytes at random. */
    void write(NamedVolume volume, long offset, byte[] bytes, Random cuts) {
        VolumeWrite write = writes.begin(volume, new ByteRange(offset, bytes.length));
        send(write, bytes, cuts);
        write.complete();
        Stages.await(write.done());
    }

    /** Hands in bytes as a socket would; stops when they are of no more use. */
    static void send(VolumeWrite write, byte[] bytes, Random cuts) {
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(bytes.length - at, 1 + cuts.nextInt(1 << 18));
            ByteBuffer buffer = ByteBuffer.wrap(bytes, at, count);
            at += count;
            write.receive(buffer);
            while (buffer.hasRemaining()) {
                CompletableFuture.anyOf(write.room(), write.broken().toCompletableFuture())
                        .join();
                if (write.broken().toCompletableFuture().isDone()) {
                    return;
                }
                write.receive(buffer);
            }
        }
    }

    /** Everything in a volume, as somebody outside reads it. */
    byte[] read(NamedVolume volume) {
        return read(volume, new ByteRange(0, reads.sizeBytes(volume)));
    }

    byte[] read(NamedVolume volume, ByteRange range) {
        try (ContentReader reader = reads.open(volume, range)) {
            return all(reader, range);
        }
    }

    /** Everything in a snapshot or image, each chunk compared with its leaf. */
    byte[] read(Image image) {
        long length = header(image).lengthBytes();
        try (ContentReader reader = readers.open(image, new ByteRange(0, length))) {
            return all(reader, new ByteRange(0, length));
        }
    }

    private static byte[] all(ContentReader reader, ByteRange range) {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(range.length()));
        for (Optional<Piece> next = Stages.await(reader.next()); next.isPresent(); next = Stages.await(reader.next())) {
            Piece piece = next.get();
            if (piece instanceof Piece.Stored stored) {
                all.put(stored.bytes().duplicate());
            } else {
                all.put(new byte[Math.toIntExact(piece.lengthBytes())]);
            }
            piece.release();
        }
        return all.array();
    }

    /** What the medium holds of a volume. */
    byte[] medium(NamedVolume volume) {
        try (Volume open = engine.open(volume.stored(), Access.VERIFY)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(open.sizeBytes()));
            Stages.await(open.read(0, bytes));
            return bytes.array();
        }
    }

    ManifestHeader header(Image image) {
        return ((ImageState.Committed) image.state()).known().orElseThrow();
    }

    Manifest manifest(Image image) {
        return manifests.read(image.id());
    }

    @Override
    public void close() {
        writes.close();
        readers.close();
        jobs.close();
        snapshots.close();
        volumeImages.close();
        volumes.close();
        deletion.close();
    }
}
