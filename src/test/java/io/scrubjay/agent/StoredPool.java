// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.QuickHash;
import io.scrubjay.api.image.ImageAnswers;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.engine.memory.MemoryMedium;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.engine.spdk.SpdkPool;
import io.scrubjay.engine.spdk.TestDevice;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.flow.Piece;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.ContentReader;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageDeletion;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ImageLeases;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.ReadLimits;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestLimits;
import io.scrubjay.ingest.IngestObserver;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.BrokenPairs;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.StoredId;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.scrub.MemoryHistory;
import io.scrubjay.scrub.RunReport;
import io.scrubjay.scrub.ScrubLimits;
import io.scrubjay.scrub.Scrubber;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.Snapshots;
import io.scrubjay.volume.UnreadableNow;
import io.scrubjay.volume.VolumeImages;
import io.scrubjay.volume.VolumeJob;
import io.scrubjay.volume.VolumeJobs;
import io.scrubjay.volume.VolumeLeases;
import io.scrubjay.volume.VolumeLimits;
import io.scrubjay.volume.VolumeReads;
import io.scrubjay.volume.VolumeReport;
import io.scrubjay.volume.VolumeWrite;
import io.scrubjay.volume.VolumeWrites;
import io.scrubjay.volume.Volumes;
import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A pool with one of everything: the images {@code disk} and {@code spare}, a quarantined image {@code bad}, the volume
 * {@code vm} with its snapshot {@code monday}, and {@code clone}, a volume made from {@code disk}. Confined to one thread.
 */
final class StoredPool {
    static final ClusterSize CLUSTER_SIZE = ClusterSize.parse("64K");
    static final long DEVICE_BYTES = 32L << 20;
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOON);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final VolumeLimits LIMITS = new VolumeLimits(ByteSize.parse("1G"), 1, 2, Duration.ofSeconds(1));

    private interface Step {
        void run() throws IOException;
    }

    private final Step filling;
    private final Supplier<StorageEngine> opening;

    private StoredPool(Step filling, Supplier<StorageEngine> opening) {
        this.filling = filling;
        this.opening = opening;
    }

    static StoredPool inMemory() {
        MemoryMedium[] medium = new MemoryMedium[1];
        Supplier<StorageEngine> opening = () -> MemoryEngine.open(medium[0]);
        return new StoredPool(
                () -> {
                    medium[0] = MemoryMedium.of(CLUSTER_SIZE, 32L << 20);
                    fill(opening);
                },
                opening);
    }

    /** In the directory {@code pool} of this one. */
    static StoredPool inFiles(Path directory) {
        Path pool = directory.resolve("pool");
        Path full = directory.resolve("full");
        return new StoredPool(
                () -> {
                    if (!Files.exists(full)) {
                        fill(() -> openFiles(full));
                    }
                    remove(pool);
                    copy(full, pool);
                },
                () -> openFiles(pool));
    }

    /**
     * On SPDK, in the file {@code device} of this directory.
     *
     * @param opening how the engine is opened
     */
    static StoredPool onSpdk(Path directory, Function<SpdkPool, StorageEngine> opening) throws IOException {
        Path device = directory.resolve("device");
        try (RandomAccessFile blank = new RandomAccessFile(device.toFile(), "rw")) {
            blank.setLength(DEVICE_BYTES);
        }
        return onSpdk(directory, device, device, opening);
    }

    /** On SPDK, on a disk in this directory. */
    static StoredPool onSpdk(Path directory, FailingDisk disk) {
        return onSpdk(directory, disk.file(), disk.bytes(), SpdkEngine::open);
    }

    private static StoredPool onSpdk(
            Path directory, Path device, Path bytes, Function<SpdkPool, StorageEngine> opening) {
        Path full = directory.resolve("full");
        Supplier<StorageEngine> open = () -> opening.apply(spdk(device));
        return new StoredPool(
                () -> {
                    if (!Files.exists(full)) {
                        fill(open);
                        Files.copy(bytes, full);
                        return;
                    }
                    try (OutputStream stored = Files.newOutputStream(bytes, StandardOpenOption.WRITE)) {
                        Files.copy(full, stored);
                    }
                },
                open);
    }

    static StorageEngine openSpdk(Path device) {
        return SpdkEngine.open(spdk(device));
    }

    private static SpdkPool spdk(Path device) {
        return TestDevice.pool(new SpdkDevice.Aio(device.toAbsolutePath(), false))
                .withPairs(BrokenPairs::among);
    }

    static StorageEngine openFiles(Path pool) {
        return openFiles(pool, CLUSTER_SIZE);
    }

    static StorageEngine openFiles(Path pool, ClusterSize clusterSize) {
        return FileEngine.open(FilePool.at(pool).withClusterSize(clusterSize));
    }

    private static void remove(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> all = Files.walk(tree)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.sorted().toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    private static void fill(Supplier<StorageEngine> opening) {
        try (StorageEngine engine = opening.get();
                Agent agent = Agent.started(engine)) {
            agent.ingest("disk");
            agent.ingest("spare");
            agent.quarantine(agent.ingest("bad"));
            agent.createVolume("vm");
            agent.snapshot("vm", "monday");
            agent.cloneImage("disk", "clone");
        }
    }

    /** What {@link Agent#stored} answers after a start. */
    VolumeName stored(PoolName.Kind kind, String name) {
        try (StorageEngine engine = open();
                Agent agent = Agent.started(engine)) {
            return agent.stored(kind, name);
        }
    }

    /** Makes the pool anew. */
    void fill() throws IOException {
        filling.run();
    }

    StorageEngine open() {
        return opening.get();
    }

    /** What an agent shows after a start: each name, and what state it is in. */
    Map<String, String> shown() {
        try (StorageEngine engine = open();
                Agent agent = Agent.started(engine)) {
            return agent.shown();
        }
    }

    /** What a deep scrub finds after a start. */
    List<String> scrubbed() {
        try (StorageEngine engine = open();
                Agent agent = Agent.started(engine)) {
            return agent.scrub();
        }
    }

    /**
     * What there is after a start, in words that are the same for pools of the same content: what an agent shows, what can
     * be read of it, what a deep scrub finds, what is unreadable, and how many volumes of each kind there are.
     */
    Map<String, String> found() {
        try (StorageEngine engine = open();
                Agent agent = Agent.started(engine)) {
            Map<String, String> found = agent.shown();
            agent.hashes().forEach((name, hash) -> found.put("hash of " + name, hash));
            found.put("findings", agent.scrub().toString());
            found.put("unreadable", engine.unreadable().toString());
            Map<String, Long> kinds = engine.list().stream()
                    .map(volume -> volume.name().value().replaceFirst("-.*", ""))
                    .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
            found.put("volumes", kinds.toString());
            return found;
        }
    }

    /** What works on a pool, wired by hand. */
    static final class Agent implements AutoCloseable {
        private final StorageEngine engine;
        private final ManifestStore manifests;
        private final ImageCatalog catalog = new ImageCatalog();
        private final Volumes volumes;
        private final Snapshots snapshots;
        private final VolumeImages volumeImages;
        private final ImageDeletion deletion;
        private final Ingests ingests;

        private Agent(StorageEngine engine) {
            this.engine = engine;
            this.manifests = new ManifestStore(engine);
            this.volumes = new Volumes(engine, catalog, LIMITS, CLOCK);
            CommittedManifests committed = new CommittedManifests(manifests::read, 1 << 20);
            this.snapshots = new Snapshots(engine, manifests, committed, catalog, CLOCK);
            this.volumeImages = new VolumeImages(engine, manifests, committed, catalog, CLOCK);
            this.deletion = new ImageDeletion(engine, manifests, catalog, volumes.clones(), Duration.ofSeconds(1));
            IngestLimits limits = new IngestLimits(
                    1,
                    3,
                    WindowPool.windowBytesFor(engine.traits().clusterSize()),
                    2,
                    Duration.ofSeconds(60),
                    ByteSize.parse("1G"));
            this.ingests =
                    new Ingests(limits, engine, manifests, catalog, CLOCK, System::nanoTime, IngestObserver.NONE);
        }

        /** Does what a start does. */
        static Agent started(StorageEngine engine) {
            Agent agent = new Agent(engine);
            try {
                new Reconcile(engine, agent.manifests, agent.catalog, CLOCK).onStart(null);
                new MarkerRooms(agent.manifests, agent.catalog).onStart(null);
                agent.volumes.restore();
                return agent;
            } catch (RuntimeException refused) {
                agent.close();
                throw refused;
            }
        }

        StorageEngine engine() {
            return engine;
        }

        ManifestStore manifests() {
            return manifests;
        }

        ImageCatalog catalog() {
            return catalog;
        }

        Volumes volumes() {
            return volumes;
        }

        Ingests ingests() {
            return ingests;
        }

        Map<String, String> shown() {
            Map<String, String> shown = new TreeMap<>();
            catalog.committed().forEach(image -> shown.put(image.key().toString(), word(image.state())));
            for (VolumeReport report : volumes.list()) {
                shown.put("volume/" + report.volume().name(), report.state().wireName());
            }
            return shown;
        }

        /** The images and volumes that somebody has a lease of, and how many. */
        Map<String, Integer> leased() {
            Map<String, Integer> leased = new TreeMap<>();
            catalog.committed().forEach(image -> leased.put(image.key().toString(), ImageLeases.count(image)));
            volumes.named().forEach(volume -> leased.put("volume/" + volume.name(), VolumeLeases.count(volume)));
            leased.values().removeIf(count -> count == 0);
            return leased;
        }

        /** The images and volumes that nobody can begin to use. */
        Set<String> unusable() {
            Stream<String> images = catalog.committed().stream()
                    .filter(image -> !isUsable(image))
                    .map(image -> image.key().toString());
            Stream<String> ofUsers = volumes.named().stream()
                    .filter(volume -> !VolumeLeases.isUsable(volume))
                    .map(volume -> "volume/" + volume.name());
            return Stream.concat(images, ofUsers).collect(Collectors.toSet());
        }

        private static boolean isUsable(Image image) {
            try {
                image.leaseForScrub().close();
                return true;
            } catch (RefusedException deleted) {
                return false;
            }
        }

        /** What it tells of that cannot be read or is missing. */
        List<Unreadable> unreadable() {
            return new UnreadableNow(engine, manifests, catalog, volumes).list();
        }

        /** The digests of what is stored of images and snapshots, as their manifests have them. */
        Map<String, String> digests() {
            Map<String, String> digests = new TreeMap<>();
            for (Image image : catalog.committed()) {
                ManifestHeader header = manifests.header(image.id());
                digests.put(image.key().toString(), header.lengthBytes() + " bytes, " + header.contentDigest());
            }
            return digests;
        }

        private Map<String, String> hashes() {
            Map<String, String> hashes = new TreeMap<>();
            for (VolumeReport report : volumes.list()) {
                String name = report.volume().name().toString();
                hashes.put("volume/" + name, Integer.toHexString(QuickHash.of(read(name))));
            }
            return hashes;
        }

        /** The ids of what it shows. */
        Set<StoredId> shownIds() {
            return Stream.concat(
                            catalog.committed().stream().map(image -> image.id().stored()),
                            volumes.named().stream().map(volume -> volume.id().stored()))
                    .collect(Collectors.toSet());
        }

        /** The ids of what exists in a pool, whoever knows of it. */
        static Set<StoredId> existingIds(StorageEngine pool) {
            return pool.list().stream()
                    .flatMap(volume -> PoolName.parse(volume.name()).stream())
                    .filter(known -> known.kind() == PoolName.Kind.MANIFEST || known.kind() == PoolName.Kind.LABEL)
                    .map(PoolName::id)
                    .collect(Collectors.toSet());
        }

        private static String word(ImageState state) {
            return state instanceof ImageState.Quarantined quarantined ? quarantined.code() : state.wireName();
        }

        Image ingest(String name) {
            return ingest(name, name.getBytes(StandardCharsets.UTF_8));
        }

        /** Sends these bytes without saying how many will come. */
        Image ingest(String name, byte[] bytes) {
            return ingest(name, bytes, List.of());
        }

        /** Sends these bytes, and says that their digest is one of others. */
        void ingestRefused(String name, byte[] bytes) {
            try {
                ingest(name, bytes, List.of(Digest.of(DigestAlgorithm.SHA_256, new byte[32])));
            } catch (RefusedException refused) {
                assertThat(refused.refusal()).isEqualTo(Refusal.DIGEST_MISMATCH);
                return;
            }
            throw new AssertionError("an upload with another digest than it says was taken");
        }

        private Image ingest(String name, byte[] bytes, List<Digest> expected) {
            Ingest ingest = ingests.begin(new IngestOrder(
                    name(name),
                    new SourceForm(Optional.of(ImageFormat.RAW), Optional.of(Compression.NONE)),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    expected,
                    Optional.empty()));
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            ingest.receive(buffer);
            while (buffer.hasRemaining()) {
                CompletableFuture.anyOf(ingest.room(), ingest.done().toCompletableFuture())
                        .join();
                ingest.receive(buffer);
            }
            ingest.complete();
            return Stages.await(ingest.done());
        }

        /** Writes the marker of a quarantine, which the next start shows. */
        void quarantine(String name) {
            quarantine(catalog.get(name(name)));
        }

        private void quarantine(Image image) {
            ManifestHeader header = manifests.header(image.id());
            manifests.quarantine(QuarantineMarker.of(header, "scrub-finding", "a chunk rotted", NOON, List.of()));
        }

        /** The directory or volume of this kind that belongs to an image, snapshot or user's volume of this name. */
        VolumeName stored(PoolName.Kind kind, String name) {
            StoredId id = switch (kind) {
                case VOLUME, LABEL -> volumes.get(name(name)).id().stored();
                case VOLUME_SNAPSHOT ->
                    catalog.get(ImageKey.ofSnapshot(name(name))).id().stored();
                case HEAD,
                        SPOOL,
                        SNAPSHOT,
                        STAGED_MANIFEST,
                        MANIFEST,
                        STAGED_QUARANTINE,
                        QUARANTINE,
                        STAGED_LABEL,
                        DELETED -> catalog.get(name(name)).id().stored();
                case UPLOAD, STAGED_SESSION, SESSION -> throw new IllegalArgumentException("sessions have no names");
            };
            return new PoolName(kind, id).volume();
        }

        void createVolume(String name) {
            createVolume(name, 1 << 20);
        }

        void createVolume(String name, long sizeBytes) {
            volumes.create(name(name), sizeBytes, Provisioning.THIN);
        }

        void createThickVolume(String name) {
            volumes.create(name(name), 1 << 20, Provisioning.THICK);
        }

        void cloneImage(String image, String name) {
            volumes.cloneOf(name(name), catalog.get(name(image)), OptionalLong.empty());
        }

        void snapshot(String volume, String name) {
            snapshots.take(volumes.get(name(volume)), name(name));
        }

        /** Throws why it failed, if it did. */
        Image imageOfVolume(String volume, String name) {
            return made(volumeImages.begin(name(name), volumes.get(name(volume)), Optional.empty()));
        }

        /** Throws why it failed, if it did. */
        Image imageOfSnapshot(String snapshot, String name) {
            Image source = catalog.get(ImageKey.ofSnapshot(name(snapshot)));
            return made(volumeImages.begin(name(name), source, Optional.empty()));
        }

        private Image made(Image image) {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(PATIENCE)
                    .until(() -> volumeImages.admission().takenCount() == 0);
            if (!(image.state() instanceof ImageState.Ready)) {
                throw new RefusedException(
                        Refusal.DEVICE_FAILED, image + " is " + image.state().wireName());
            }
            return image;
        }

        void deleteImage(String name) throws InterruptedException {
            deletion.delete(catalog.get(name(name)));
        }

        /** Deletes all that has no name but the one that the agent gave it. */
        void deleteUnnamed() throws InterruptedException {
            for (Image image : catalog.committed()) {
                if (image.name().equals(ResourceName.ofNameless(image.id()))) {
                    deletion.delete(image);
                }
            }
            for (NamedVolume volume : volumes.named()) {
                if (volume.name().equals(ResourceName.ofNameless(volume.id()))) {
                    volumes.delete(volume);
                }
            }
        }

        /** Tries to delete all that is unreadable; answers with why not. */
        Map<String, RefusedException> deleteUnreadable() throws InterruptedException {
            Map<String, RefusedException> refused = new TreeMap<>();
            for (Image image : catalog.committed()) {
                if (word(image.state()).equals("unreadable")) {
                    try {
                        deletion.delete(image);
                    } catch (RefusedException why) {
                        refused.put(image.key().toString(), why);
                    }
                }
            }
            for (VolumeReport report : volumes.list()) {
                if (report.state() == VolumeReport.State.UNREADABLE) {
                    try {
                        volumes.delete(report.volume());
                    } catch (RefusedException why) {
                        refused.put("volume/" + report.volume().name(), why);
                    }
                }
            }
            return refused;
        }

        void deleteSnapshot(String name) throws InterruptedException {
            deletion.delete(catalog.get(ImageKey.ofSnapshot(name(name))));
        }

        void deleteVolume(String name) throws InterruptedException {
            volumes.delete(volumes.get(name(name)));
        }

        void grow(String volume, long sizeBytes) {
            volumes.grow(volumes.get(name(volume)), sizeBytes);
        }

        /** Writes these bytes, across the border of two clusters, or across the middle of a volume of one. */
        void write(String volume, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            VolumeName stored = stored(PoolName.Kind.VOLUME, volume);
            long border = engine.traits().clusterSize().bytes();
            // One that cannot be read is not among them, and nothing is written to it.
            for (VolumeSummary listed : engine.list()) {
                if (listed.name().equals(stored)) {
                    border = Math.min(border, listed.sizeBytes() / 2);
                }
            }
            try (VolumeWrites writes = new VolumeWrites(engine, LIMITS)) {
                VolumeWrite write = writes.begin(volumes.get(name(volume)), new ByteRange(border - 2, bytes.length));
                write.receive(ByteBuffer.wrap(bytes));
                write.complete();
                Stages.await(write.done());
            }
        }

        /** Reads all of a volume. */
        byte[] read(String volume) {
            try (ContentReaders readers = readers()) {
                VolumeReads reads = new VolumeReads(engine, readers);
                NamedVolume read = volumes.get(name(volume));
                ByteRange range = new ByteRange(0, reads.sizeBytes(read));
                try (ContentReader reader = reads.open(read, range)) {
                    return all(reader, range);
                }
            }
        }

        /** Reads all of an image or snapshot. */
        byte[] read(Image image) {
            ByteRange range = new ByteRange(0, manifests.header(image.id()).lengthBytes());
            try (ContentReaders readers = readers();
                    ContentReader reader = readers.open(image, range)) {
                return all(reader, range);
            }
        }

        /** Reads all of an image, whose bytes are its name. */
        void download(String image) {
            byte[] expected = image.getBytes(StandardCharsets.UTF_8);
            ByteRange range = new ByteRange(0, expected.length);
            try (ContentReaders readers = readers();
                    ContentReader reader = readers.open(catalog.get(name(image)), range)) {
                assertThat(all(reader, range)).isEqualTo(expected);
            }
        }

        /** The manifest of an image as JSON, as a client gets it. */
        void manifest(String image) {
            ImageAnswers.manifest(answered(), engine, catalog.get(name(image)));
        }

        /** Which clusters of an image are allocated, as a client gets it. */
        void clusters(String image) {
            ImageAnswers.clusters(answered(), engine, catalog.get(name(image)));
        }

        /** What is known of the bytes of an image. */
        void head(String image) {
            try (ContentReaders readers = readers()) {
                ImageAnswers.head(readers, catalog.get(name(image)));
            }
        }

        /** Exports an image, a snapshot and a volume, and ends that again. */
        void export(String image, String volume) {
            try (Exports exports = new Exports(engine)) {
                Image served = catalog.get(name(image));
                NamedVolume written = volumes.get(name(volume));
                exports.export(served);
                exports.export(written);
                exports.end(served);
                exports.end(written);
            }
        }

        private CommittedManifests answered() {
            return new CommittedManifests(manifests::read, 1 << 20);
        }

        private ContentReaders readers() {
            return new ContentReaders(
                    new ReadLimits(1, 2),
                    engine,
                    new CommittedManifests(manifests::read, 1 << 20),
                    (suspect, chunk) -> {});
        }

        private static byte[] all(ContentReader reader, ByteRange range) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(range.length()));
            for (Optional<Piece> next = Stages.await(reader.next());
                    next.isPresent();
                    next = Stages.await(reader.next())) {
                Piece piece = next.get();
                if (piece instanceof Piece.Stored stored) {
                    all.put(stored.bytes().duplicate());
                } else {
                    all.position(all.position() + Math.toIntExact(piece.lengthBytes()));
                }
                piece.release();
            }
            return all.array();
        }

        void inflate(String volume) {
            work(volume, VolumeJob.Kind.INFLATE);
        }

        void decouple(String volume) {
            work(volume, VolumeJob.Kind.DECOUPLE);
        }

        private void work(String name, VolumeJob.Kind kind) {
            NamedVolume volume = volumes.get(name(name));
            try (VolumeJobs jobs = new VolumeJobs(engine, CLOCK)) {
                jobs.start(volume, kind);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .atMost(PATIENCE)
                        .until(() -> volume.job()
                                .filter(VolumeJob.Ended.class::isInstance)
                                .isPresent());
            }
            if (volume.job().orElseThrow() instanceof VolumeJob.Failed failed) {
                throw new RefusedException(failed.refusal(), failed.message());
            }
        }

        /** Scrubs everything deeply; answers with what it found. */
        List<String> scrub() {
            try (Scrubber scrubber = new Scrubber(
                    new ScrubLimits(0, 1, 1),
                    engine,
                    manifests,
                    catalog,
                    new MemoryHistory(),
                    CLOCK,
                    System::nanoTime)) {
                scrubber.start();
                assertThat(scrubber.submitScheduled(ScrubLevel.DEEP)).isPresent();
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .atMost(PATIENCE)
                        .until(() -> scrubber.runs().stream().allMatch(RunReport::isEnded));
                return scrubber.runs().stream()
                        .flatMap(run -> scrubber.run(run.id()).findings().stream())
                        .map(Object::toString)
                        .toList();
            }
        }

        private static ResourceName name(String text) {
            return ResourceName.parse(text);
        }

        @Override
        public void close() {
            ingests.close();
            snapshots.close();
            volumeImages.close();
            volumes.close();
            deletion.close();
        }
    }
}
