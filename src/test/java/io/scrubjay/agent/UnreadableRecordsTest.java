package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.WindowPool;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestLimits;
import io.scrubjay.ingest.IngestObserver;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.ImageName;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.Snapshots;
import io.scrubjay.volume.VolumeLimits;
import io.scrubjay.volume.VolumeReport;
import io.scrubjay.volume.Volumes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Something in a file pool cannot be read at one start. That start removes nothing and writes no conclusion down; when
 * the thing can be read again, the next start finds everything as it was. One fault at a time, at each stored thing.
 */
class UnreadableRecordsTest {
    private static final ClusterSize CLUSTER_SIZE = ClusterSize.parse("64K");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOON);

    @TempDir
    Path directory;

    private Path pool;
    private Path volumes;
    private Map<String, String> before;
    private Map<String, String> stored;

    /** What becomes of one path of the pool until it is put back. */
    private record Fault(String what, Path at, Step breaks, Step mends) {
        @Override
        public String toString() {
            return what + " " + at.getParent().getFileName() + "/" + at.getFileName();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    @BeforeEach
    void fillAPool() throws IOException {
        pool = directory.resolve("pool");
        volumes = pool.resolve("volumes");
        try (StorageEngine engine = open()) {
            ManifestStore manifests = new ManifestStore(engine);
            ImageCatalog catalog = new ImageCatalog();
            Image image = ingest(engine, manifests, "disk");
            ManifestHeader bad =
                    manifests.header(ingest(engine, manifests, "bad").id());
            manifests.quarantine(QuarantineMarker.of(bad, "scrub-finding", "a chunk rotted", NOON, List.of()));
            CommittedManifests committed = new CommittedManifests(manifests::read, 10);
            catalog.claim(image);
            try (Snapshots snapshots = new Snapshots(engine, manifests, committed, catalog, CLOCK)) {
                Volumes users = new Volumes(engine, catalog, limits(), CLOCK);
                NamedVolume volume = users.create(name("vm"), 1 << 20, Provisioning.THIN);
                snapshots.take(volume, name("monday"));
                users.cloneOf(name("clone"), image, OptionalLong.empty());
            }
        }
        before = start();
        stored = tree();
    }

    @Test
    void theNextStartFindsEverythingAsItWas() throws IOException {
        assertThat(before).hasSize(5).containsEntry("image/disk", "ready").containsEntry("volume/vm", "ready");
        List<Fault> faults = faults();
        assertThat(faults).hasSizeGreaterThan(50);
        for (Fault fault : faults) {
            fault.breaks().run();
            Map<String, String> meanwhile = start();
            fault.mends().run();

            assertThat(tree())
                    .as("stored after %s; meanwhile %s", fault, meanwhile)
                    .isEqualTo(stored);
            assertThat(start()).as("after %s; meanwhile %s", fault, meanwhile).isEqualTo(before);
        }
    }

    @Test
    void anImageIsNotServedWhileItsBytesCannotBeRead() throws IOException {
        Path meta = directoryOf("image-", "disk").resolve("meta");
        looped(meta).breaks().run();

        assertThat(start())
                .containsEntry("image/disk", "unreadable")
                .containsEntry("image/bad", "scrub-finding")
                .containsEntry("volume/vm", "ready");
        assertThat(list(volumes))
                .extracting(entry -> entry.getFileName().toString())
                .filteredOn(entry -> entry.startsWith("quarantine-"))
                .hasSize(1);
    }

    @Test
    void anErrorIsToldWithItsNumberAndItsPlace() throws IOException {
        Path broken = directoryOf("volume-", "vm");
        looped(broken.resolve("meta")).breaks().run();

        try (StorageEngine engine = open()) {
            assertThat(engine.unreadable()).singleElement().satisfies(unknown -> {
                // ELOOP
                assertThat(unknown.errno()).isEqualTo(40);
                assertThat(unknown.place()).isEqualTo("volumes/" + broken.getFileName());
            });
        }
        assertThat(start()).containsEntry("volume/vm", "unreadable").containsEntry("volume/clone", "ready");
    }

    @Test
    void aCopyThatComesFirstDoesNotHideTheOriginal() throws IOException {
        copied(directoryOf("image-", "disk"), "aaa").breaks().run();

        assertThat(start()).isEqualTo(before);
    }

    @Test
    void halfMadeThingsGoOnceEverythingCanBeReadAgain() throws IOException {
        Fault fault = looped(directoryOf("manifest-", "disk").resolve("meta"));
        VolumeName name = VolumeName.of("head-" + "0".repeat(32));
        Path head = volumes.resolve(name.value());
        try (StorageEngine engine = open()) {
            engine.create(name, 1, Provisioning.THIN);
        }

        fault.breaks().run();
        start();
        assertThat(head).exists();
        fault.mends().run();
        start();

        assertThat(head).doesNotExist();
    }

    private List<Fault> faults() throws IOException {
        List<Fault> faults = new ArrayList<>();
        for (Path volume : list(volumes)) {
            Path meta = volume.resolve("meta");
            Path data = volume.resolve("data");
            faults.add(replaced("flipped bit in", meta, flipped(meta)));
            faults.add(replaced("emptied", meta, new byte[0]));
            faults.add(replaced("half of", meta, half(meta)));
            faults.add(removed(meta));
            faults.add(looped(meta));
            if (isRecord(volume)) {
                faults.add(replaced("flipped bit in", data, flipped(data)));
                faults.add(replaced("emptied", data, new byte[0]));
                faults.add(removed(data));
                faults.add(looped(data));
            }
            faults.add(moved(volume, "aaa"));
            faults.add(moved(volume, volume.getFileName() + ".bak"));
            faults.add(moved(volume, volume.getFileName() + " (copy)"));
            faults.add(copied(volume, "aaa"));
            faults.add(copied(volume, "zzz"));
            faults.add(copied(volume, volume.getFileName() + ".bak"));
            faults.add(copied(volume, kind(volume) + "-" + "f".repeat(32)));
        }
        return faults;
    }

    private static boolean isRecord(Path volume) {
        return List.of("manifest", "label", "quarantine").contains(kind(volume));
    }

    private static String kind(Path volume) {
        String name = volume.getFileName().toString();
        return name.substring(0, name.indexOf('-'));
    }

    private Fault replaced(String what, Path file, byte[] content) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        return new Fault(what, file, () -> Files.write(file, content), () -> Files.write(file, whole));
    }

    private Fault removed(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        return new Fault("removed", file, () -> Files.delete(file), () -> Files.write(file, whole));
    }

    /** A link to itself: opening it fails with an error of its own, for root as well. */
    private Fault looped(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        return new Fault(
                "unreadable",
                file,
                () -> {
                    Files.delete(file);
                    Files.createSymbolicLink(file, file.getFileName());
                },
                () -> {
                    Files.delete(file);
                    Files.write(file, whole);
                });
    }

    private Fault moved(Path volume, String to) {
        Path aside = volumes.resolve(to);
        return new Fault("moved to " + to, volume, () -> Files.move(volume, aside), () -> Files.move(aside, volume));
    }

    private Fault copied(Path volume, String to) {
        Path copy = volumes.resolve(to);
        return new Fault("copied to " + to, volume, () -> copy(volume, copy), () -> {
            assertThat(copy).isDirectory();
            for (Path file : list(copy)) {
                Files.delete(file);
            }
            Files.delete(copy);
        });
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        for (Path file : list(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    private static byte[] flipped(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.min(40, bytes.length / 2)] ^= 1;
        return bytes;
    }

    private static byte[] half(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    /** What an agent shows after a start: each name, and what state it is in. */
    private Map<String, String> start() {
        try (StorageEngine engine = open()) {
            ImageCatalog catalog = new ImageCatalog();
            new Reconcile(engine, new ManifestStore(engine), catalog, CLOCK).onStart(null);
            Volumes users = new Volumes(engine, catalog, limits(), CLOCK);
            users.restore();
            Map<String, String> shown = new TreeMap<>();
            catalog.committed().forEach(image -> shown.put(image.key().toString(), word(image.state())));
            for (VolumeReport report : users.list()) {
                shown.put("volume/" + report.volume().name(), report.state().wireName());
            }
            return shown;
        }
    }

    private static String word(ImageState state) {
        return state instanceof ImageState.Quarantined quarantined ? quarantined.code() : state.wireName();
    }

    /** Every file of every volume, by its path. */
    private Map<String, String> tree() throws IOException {
        Map<String, String> files = new TreeMap<>();
        Files.walkFileTree(volumes, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
                byte[] bytes = Files.readAllBytes(file);
                files.put(
                        volumes.relativize(file).toString(),
                        bytes.length > 4096
                                ? bytes.length + " bytes, hash " + Arrays.hashCode(bytes)
                                : HexFormat.of().formatHex(bytes));
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static List<Path> list(Path of) throws IOException {
        try (Stream<Path> entries = Files.list(of)) {
            return entries.sorted().toList();
        }
    }

    private Path directoryOf(String prefix, String name) throws IOException {
        try (StorageEngine engine = open()) {
            ImageCatalog catalog = new ImageCatalog();
            new Reconcile(engine, new ManifestStore(engine), catalog, CLOCK).onStart(null);
            Volumes users = new Volumes(engine, catalog, limits(), CLOCK);
            users.restore();
            String id = prefix.equals("volume-")
                    ? users.get(name(name)).id().hex()
                    : catalog.get(name(name)).id().hex();
            return volumes.resolve(prefix + id);
        }
    }

    private StorageEngine open() {
        return FileEngine.open(FilePool.at(pool).withClusterSize(CLUSTER_SIZE));
    }

    private static ImageName name(String text) {
        return ImageName.parse(text);
    }

    private static VolumeLimits limits() {
        return new VolumeLimits(ByteSize.parse("1G"), 1, 2, Duration.ofSeconds(1));
    }

    private static Image ingest(StorageEngine engine, ManifestStore manifests, String name) {
        IngestLimits limits = new IngestLimits(
                1, 3, WindowPool.windowBytesFor(CLUSTER_SIZE), 2, Duration.ofSeconds(60), ByteSize.parse("1G"));
        try (Ingests ingests = new Ingests(
                limits, engine, manifests, new ImageCatalog(), CLOCK, System::nanoTime, IngestObserver.NONE)) {
            Ingest ingest = ingests.begin(new IngestOrder(
                    name(name),
                    new SourceForm(Optional.of(ImageFormat.RAW), Optional.of(Compression.NONE)),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    List.of(),
                    Optional.empty()));
            ingest.receive(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
            ingest.complete();
            return Stages.await(ingest.done());
        }
    }
}
