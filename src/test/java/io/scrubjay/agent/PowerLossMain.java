// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.StorageEngine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A program whose system calls are recorded: it makes a pool of files, and does to it all that an agent does. Before each
 * step it looks for a file that is not there, which marks the place in the record, and after each it writes down what is to
 * be seen from then on: {@code PowerLossMain <pool> <seen>}.
 */
final class PowerLossMain {
    private PowerLossMain() {}

    interface Action {
        void on(StoredPool.Agent agent) throws InterruptedException;
    }

    /**
     * Something an agent is asked for.
     *
     * @param writes the volume whose bytes may be anything until it has answered; empty for none
     */
    record Step(String name, String writes, Action action) {}

    /** What only the next start shows: here, the marker is written by hand. */
    private static final Map<String, String> QUARANTINED = Map.of("image/disk", "scrub-finding");

    static final List<Step> STEPS = List.of(
            new Step("an upload", "", agent -> agent.ingest("disk")),
            new Step("another upload", "", agent -> agent.ingest("spare")),
            new Step("a new volume", "", agent -> agent.createVolume("vm")),
            new Step("a write", "vm", agent -> agent.write("vm", "first")),
            new Step("a snapshot", "", agent -> agent.snapshot("vm", "monday")),
            new Step("a write over it", "vm", agent -> agent.write("vm", "second")),
            new Step("a clone", "", agent -> agent.cloneImage("disk", "clone")),
            new Step("a growth of the clone", "", agent -> agent.grow("clone", 1 << 20)),
            new Step("a write to the clone", "clone", agent -> agent.write("clone", "third")),
            new Step("a growth", "", agent -> agent.grow("vm", 2 << 20)),
            new Step("a second snapshot", "", agent -> agent.snapshot("vm", "tuesday")),
            new Step("a quarantine", "", agent -> agent.quarantine("disk")),
            new Step("an inflation", "", agent -> agent.inflate("vm")),
            new Step("a separation", "", agent -> agent.decouple("clone")),
            new Step("the deletion of a snapshot", "", agent -> agent.deleteSnapshot("monday")),
            new Step("the deletion of an image", "", agent -> agent.deleteImage("spare")),
            new Step("the deletion of a volume", "", agent -> agent.deleteVolume("clone")));

    static String mark(int step, String moment) {
        return "mark-" + step + "-" + moment;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path pool = Path.of(arguments[0]);
        Path seen = Path.of(arguments[1]);
        try (StorageEngine engine = StoredPool.openFiles(pool);
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            Map<String, String> sinceThen = new TreeMap<>();
            for (int step = 0; step < STEPS.size(); step++) {
                look(pool, mark(step, "begins"));
                STEPS.get(step).action().on(agent);
                look(pool, mark(step, "ended"));
                if (STEPS.get(step).name().equals("a quarantine")) {
                    sinceThen.putAll(QUARANTINED);
                }
                Map<String, String> shown = seen(agent);
                shown.putAll(sinceThen);
                Files.writeString(seen.resolve(Integer.toString(step)), String.join("\n", lines(shown)));
            }
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

    /** What an agent shows, and what its volumes hold. */
    static Map<String, String> seen(StoredPool.Agent agent) {
        Map<String, String> seen = new TreeMap<>(agent.shown());
        agent.shown().keySet().stream()
                .filter(name -> name.startsWith("volume/"))
                .forEach(name -> seen.put("bytes of " + name, digest(agent.read(name.substring("volume/".length())))));
        return seen;
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
