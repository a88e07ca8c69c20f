// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.VolumeId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A program whose system calls are recorded: it makes a pool of files, and does to it all that an agent does. Before each
 * step it looks for a file that is not there, which marks the place in the record, and after each it writes down what is to
 * be seen from then on: {@code PowerLossMain <pool> <seen>}.
 */
final class PowerLossMain {
    private static final int MIB = 1 << 20;
    /** What an agent does to its own volumes only together with something else is done to this one. */
    private static final VolumeName FOREIGN = VolumeName.of("foreign");

    private PowerLossMain() {}

    interface Action {
        void on(Life life) throws InterruptedException;
    }

    /**
     * Something an agent is asked for.
     *
     * @param writes the volume whose bytes may be the old or the new ones until it has answered; empty for none
     */
    record Step(String name, String writes, Action action) {
        private Step(String name, Action action) {
            this(name, "", action);
        }
    }

    /** An agent that can be started anew. */
    static final class Life implements AutoCloseable {
        private final Path pool;
        private StorageEngine engine;
        private StoredPool.Agent agent;

        Life(Path pool) {
            this.pool = pool;
            this.engine = StoredPool.openFiles(pool);
            this.agent = StoredPool.Agent.started(engine);
        }

        StoredPool.Agent agent() {
            return agent;
        }

        void restart() {
            close();
            engine = StoredPool.openFiles(pool);
            agent = StoredPool.Agent.started(engine);
        }

        /** Writes to the volume that is nobody's, and seals it without a flush. */
        void sealForeign() {
            try (AwaitedVolume volume = AwaitedVolume.open(engine, FOREIGN.value(), Access.WRITE)) {
                volume.write(0, noise(3, MIB / 4));
            }
            engine.seal(FOREIGN, VolumeName.of("foreign-sealed"));
        }

        /** Leaves what a kill leaves of an upload, of a new volume, and of the deletion of an image. */
        void leaveHalfDone(String image) {
            ImageId upload = ImageId.random();
            engine.create(PoolName.head(upload), MIB, Provisioning.THIN);
            engine.create(PoolName.stagedManifest(upload), MIB, Provisioning.THIN);
            VolumeId volume = VolumeId.random();
            engine.create(PoolName.stagedLabel(volume), MIB, Provisioning.THIN);
            engine.create(PoolName.volume(volume), MIB, Provisioning.THIN);
            VolumeName manifest = agent.stored(PoolName.Kind.MANIFEST, image);
            engine.rename(
                    manifest,
                    PoolName.deleted(PoolName.parse(manifest).orElseThrow().id()));
        }

        @Override
        public void close() {
            agent.close();
            engine.close();
        }
    }

    /** What only the next start shows: here, the marker is written by hand. */
    private static final Map<String, String> QUARANTINED = Map.of("image/disk", "scrub-finding");

    static final List<Step> STEPS = List.of(
            new Step("an upload", life -> life.agent().ingest("disk")),
            new Step("another upload", life -> life.agent().ingest("spare")),
            new Step("a dense upload", life -> life.agent().ingest("dense", noise(1, 2 * MIB + 1))),
            new Step(
                    "a sparse upload that its head has to grow for",
                    life -> life.agent().ingest("sparse", sparse())),
            new Step("a refused upload", life -> life.agent().ingestRefused("refused", noise(2, MIB))),
            new Step("a new volume", life -> life.agent().createVolume("vm")),
            new Step("a write", "vm", life -> life.agent().write("vm", "first")),
            new Step("a snapshot", life -> life.agent().snapshot("vm", "monday")),
            new Step("a write over it", "vm", life -> life.agent().write("vm", "second".repeat(30_000))),
            new Step("a clone", life -> life.agent().cloneImage("disk", "clone")),
            new Step("a growth of the clone", life -> life.agent().grow("clone", MIB)),
            new Step("a write to the clone", "clone", life -> life.agent().write("clone", "third")),
            new Step("a growth", life -> life.agent().grow("vm", 2 * MIB)),
            new Step("a second snapshot", life -> life.agent().snapshot("vm", "tuesday")),
            new Step("a new thick volume", life -> life.agent().createThickVolume("thick")),
            new Step("a write to it", "thick", life -> life.agent().write("thick", "fourth".repeat(20_000))),
            new Step("a growth of it", life -> life.agent().grow("thick", 2 * MIB)),
            new Step("a quarantine", life -> life.agent().quarantine("disk")),
            new Step("an inflation", life -> life.agent().inflate("vm")),
            new Step("a separation", life -> life.agent().decouple("clone")),
            new Step("the deletion of a snapshot", life -> life.agent().deleteSnapshot("monday")),
            new Step("the deletion of an image", life -> life.agent().deleteImage("spare")),
            new Step("the deletion of a volume", life -> life.agent().deleteVolume("clone")),
            new Step("a start after all that", Life::restart),
            new Step("a new volume of nobody's", life -> life.engine.create(FOREIGN, MIB, Provisioning.THICK)),
            new Step("a cut of it", life -> life.engine.cut(FOREIGN, MIB / 2)),
            new Step("a snapshot of it", life -> life.engine.snapshot(FOREIGN, VolumeName.of("foreign-snapshot"))),
            new Step("a seal of what was not flushed", Life::sealForeign),
            new Step("a start after a kill", life -> {
                life.leaveHalfDone("dense");
                life.restart();
            }));

    private static byte[] noise(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A few bytes at its beginning, in its middle and at its end, which is no whole block. */
    private static byte[] sparse() {
        byte[] bytes = new byte[65 * MIB + 3];
        for (int at : new int[] {0, 33 * MIB, bytes.length - 5}) {
            bytes[at] = 1;
        }
        return bytes;
    }

    static String mark(int step, String moment) {
        return "mark-" + step + "-" + moment;
    }

    static String bytesFile(int step, String moment) {
        return step + "-bytes-" + moment;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path pool = Path.of(arguments[0]);
        Path seen = Path.of(arguments[1]);
        try (Life life = new Life(pool)) {
            Map<String, String> sinceThen = new TreeMap<>();
            for (int n = 0; n < STEPS.size(); n++) {
                Step step = STEPS.get(n);
                note(life, step, seen.resolve(bytesFile(n, "before")));
                look(pool, mark(n, "begins"));
                step.action().on(life);
                look(pool, mark(n, "ended"));
                note(life, step, seen.resolve(bytesFile(n, "after")));
                if (step.name().equals("a quarantine")) {
                    sinceThen.putAll(QUARANTINED);
                }
                Map<String, String> shown = seen(life.engine, life.agent());
                shown.putAll(sinceThen);
                Files.writeString(seen.resolve(Integer.toString(n)), String.join("\n", lines(shown)));
            }
        }
    }

    private static void note(Life life, Step step, Path file) throws IOException {
        if (!step.writes().isEmpty()) {
            Files.write(file, life.agent().read(step.writes()));
        }
    }

    private static void look(Path pool, String mark) throws IOException {
        try {
            Files.newInputStream(pool.resolve(mark)).close();
        } catch (NoSuchFileException expected) {
            return;
        }
        throw new IllegalStateException(mark + " is there");
    }

    /** What an agent shows, what its images and volumes hold, and what else is in the pool. */
    static Map<String, String> seen(StorageEngine engine, StoredPool.Agent agent) {
        Map<String, String> seen = new TreeMap<>(agent.shown());
        agent.digests().forEach((name, digest) -> seen.put("bytes of " + name, digest));
        agent.shown().keySet().stream()
                .filter(name -> name.startsWith("volume/"))
                .forEach(name -> seen.put("bytes of " + name, digest(agent.read(name.substring("volume/".length())))));
        engine.list().stream()
                .filter(volume -> PoolName.parse(volume.name()).isEmpty())
                .forEach(volume -> seen.put(volume.name().value(), volume + ", " + sealed(engine, volume)));
        return seen;
    }

    /** The bytes of a snapshot; those of a volume that was not flushed may be anything. */
    private static String sealed(StorageEngine engine, VolumeSummary any) {
        if (any.kind() == VolumeKind.VOLUME) {
            return "";
        }
        try (AwaitedVolume volume = AwaitedVolume.open(engine, any.name().value(), Access.VERIFY)) {
            return digest(volume.readAll());
        }
    }

    private static String digest(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return bytes.length + " bytes, " + Long.toHexString(sum.getValue());
    }

    private static List<String> lines(Map<String, String> seen) {
        return seen.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}
