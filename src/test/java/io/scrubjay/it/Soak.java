// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything an agent can be asked for and everything that can befall it, in a random order, and what must be there
 * after it. Confined to one thread; clients and agent are processes.
 */
final class Soak {
    private static final int IMAGES_MAX = 8;
    private static final int VOLUMES_MAX = 4;
    private static final int VOLUME_BYTES = 4 << 20;
    private static final int KILL_DELAY_MILLIS_MAX = 800;

    /** One thing to do. */
    private interface Step {
        void run() throws IOException;
    }

    private final SoakPlan plan;
    private final SplittableRandom random;
    private final SoakAgent agent;
    private final SoakTally tally = new SoakTally();
    private final SoakImages images = new SoakImages();
    private final SoakVolumes volumes = new SoakVolumes();
    private final SoakUploads uploads;
    private final Map<String, Step> steps = new LinkedHashMap<>();
    private int names;

    Soak(SoakPlan plan, Workspace workspace) {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed());
        this.agent = new SoakAgent(plan.setup(workspace));
        this.uploads = new SoakUploads(agent, images, random, tally);
        steps.put("upload", () -> uploads.finish(uploads.begin()));
        steps.put("uploads at once", uploads::several);
        steps.put("upload with a wrong digest", uploads::wrongDigest);
        steps.put("upload cut off", uploads::cutOff);
        steps.put("deletion of an image", this::deleteImage);
        steps.put("new volume", this::newVolume);
        steps.put("clone", this::cloneSomething);
        steps.put("write", this::write);
        steps.put("snapshot", this::snapshot);
        steps.put("deletion of a volume or snapshot", this::deleteVolume);
        steps.put("scrub", this::scrub);
        if (plan.device().isEmpty()) {
            steps.put("bit rot", this::rot);
        }
        steps.put("kill", this::kill);
        steps.put("stop", this::stop);
    }

    SoakTally tally() {
        return tally;
    }

    /** Goes on for as long as planned, then looks at everything. */
    void run() {
        long end = System.nanoTime() + plan.length().toNanos();
        if (plan.device().isPresent()) {
            System.out.println("soak: no bit rot, as this pool has no files to damage");
        }
        assertThat(agent.images().list()).as("images in the pool before").isEmpty();
        // Everything once, whatever the time; then anything.
        List<String> turn = new ArrayList<>(steps.keySet());
        for (String name : turn) {
            step(name);
        }
        while (System.nanoTime() < end) {
            step(turn.get(random.nextInt(turn.size())));
        }
        attempt("audit", () -> new SoakAudit(agent, images, volumes, tally).run());
    }

    private void step(String name) {
        attempt(name, () -> {
            makeRoom();
            steps.get(name).run();
        });
    }

    private void attempt(String name, Step step) {
        tally.count("× " + name);
        try {
            step.run();
        } catch (IOException | RuntimeException | AssertionError failure) {
            tally.print();
            throw new AssertionError(
                    "seed " + plan.seed() + ", at " + name + " number " + tally.of("× " + name) + ": "
                            + failure.getMessage(),
                    failure);
        }
    }

    private void makeRoom() throws IOException {
        while (volumes.count("volumes/") + volumes.count("snapshots/") > 2 * VOLUMES_MAX) {
            deleteVolume();
        }
        for (int tries = images.size(); images.size() > IMAGES_MAX && tries > 0; tries--) {
            deleteImage();
        }
    }

    /** A rotten one as well, now and then: that is what one does with them. */
    private void deleteImage() throws IOException {
        Set<String> all = images.names();
        if (all.isEmpty()) {
            return;
        }
        String name = List.copyOf(all).get(random.nextInt(all.size()));
        CurlAnswer answer = agent.images().delete(name);
        if (answer.status() == 409 && volumes.mayStandOn("images/" + name)) {
            answer.requireProblem(409, "image-in-use");
            tally.count("deletions refused, as something stands on it");
            return;
        }
        answer.require(204);
        images.gone(name);
        tally.count("images deleted");
    }

    private void newVolume() {
        if (volumes.count("volumes/") < VOLUMES_MAX) {
            String name = "volume-" + ++names;
            JsonNode made = VolumeScenarios.create(
                    agent.process(), "{\"name\":\"" + name + "\",\"sizeBytes\":" + VOLUME_BYTES + "}");
            byte[] zeroes = new byte[made.path("sizeBytes").asInt()];
            volumes.add("volumes/" + name, new SoakVolumes.Content(zeroes, Set.of()));
            tally.count("volumes made");
        }
    }

    private void cloneSomething() throws IOException {
        if (volumes.count("volumes/") >= VOLUMES_MAX) {
            return;
        }
        Optional<String> snapshot = random.nextBoolean() ? volumes.any("snapshots/", random) : Optional.empty();
        Optional<String> image = images.anyWhole(random, Set.of());
        if (snapshot.isPresent()) {
            clone("fromSnapshot", snapshot.get(), volumes.get(snapshot.get()));
        } else if (image.isPresent()) {
            byte[] bytes = Files.readAllBytes(images.file(image.get()));
            clone("fromImage", "images/" + image.get(), new SoakVolumes.Content(bytes, Set.of()));
        }
    }

    private void clone(String how, String parent, SoakVolumes.Content content) {
        String name = "volume-" + ++names;
        JsonNode made = VolumeScenarios.create(
                agent.process(),
                "{\"name\":\"" + name + "\",\"" + how + "\":\"" + parent.substring(parent.indexOf('/') + 1) + "\"}");
        volumes.add(
                "volumes/" + name, content.child(parent, made.path("sizeBytes").asInt()));
        tally.count("clones made");
    }

    private Optional<SoakWrite> chooseWrite() {
        return volumes.any("volumes/", random).map(path -> {
            int size = volumes.get(path).bytes().length;
            int offset = random.nextInt(size);
            byte[] bytes = new byte[1 + random.nextInt(size - offset)];
            random.nextBytes(bytes);
            return new SoakWrite(path, offset, bytes);
        });
    }

    private void write() throws IOException {
        Optional<SoakWrite> chosen = chooseWrite();
        if (chosen.isPresent()) {
            send(chosen.get());
        }
    }

    private void send(SoakWrite write) throws IOException {
        write.finish(write.start(agent.process(), scratch()), volumes);
        tally.count("writes answered");
    }

    private Path scratch() {
        return agent.setup().workspace().file("written");
    }

    private void snapshot() {
        Optional<String> volume = volumes.any("volumes/", random);
        if (volume.isPresent() && volumes.count("snapshots/") < VOLUMES_MAX) {
            String name = "snapshot-" + ++names;
            VolumeScenarios.post(agent.process(), "/v1/" + volume.get() + "/snapshots", "{\"name\":\"" + name + "\"}")
                    .require(201);
            SoakVolumes.Content content = volumes.get(volume.get());
            volumes.add("snapshots/" + name, content.child(volume.get(), content.bytes().length));
            tally.count("snapshots made");
        }
    }

    private void deleteVolume() {
        Optional<String> chosen = random.nextBoolean() ? volumes.any("snapshots/", random) : Optional.empty();
        Optional<String> path = chosen.isPresent() ? chosen : volumes.any("volumes/", random);
        if (path.isEmpty()) {
            return;
        }
        CurlAnswer answer =
                agent.process().curl("/v1/" + path.get()).with("-X", "DELETE").run();
        if (answer.status() == 409 && volumes.mayStandOn(path.get())) {
            answer.requireProblem(409, "image-in-use");
            tally.count("deletions refused, as something stands on it");
            return;
        }
        answer.require(204);
        volumes.remove(path.get());
        tally.count("volumes and snapshots deleted");
    }

    /** Finds the rotten ones, all of them and no others. */
    private void scrub() {
        Set<String> found = new TreeSet<>();
        JsonNode run = new Scrubs(agent.process()).run("*", random.nextBoolean() ? "deep" : "light");
        Scrubs.findings(run).forEach(finding -> found.add(finding.path("target").asText()));
        Set<String> rotten = new TreeSet<>();
        images.rotten().forEach(name -> rotten.add("image/" + name));
        assertThat(found).as("what the scrub found damaged").isEqualTo(rotten);
        images.rotten()
                .forEach(name -> assertThat(
                                agent.images().get(name).path("state").asText())
                        .as("state of %s", name)
                        .isEqualTo("quarantined"));
        tally.count("scrubs finished");
    }

    /** Turns one bit in an image nothing stands on. */
    private void rot() {
        Optional<String> chosen = images.anyWhole(random, volumes.imagesInUse());
        if (chosen.isPresent()) {
            NaiveImage naive = images.naive(chosen.get());
            List<Long> chunks = List.copyOf(naive.dataChunks());
            long begin = chunks.get(random.nextInt(chunks.size())) * NaiveImage.CHUNK_BYTES;
            long length = Math.min(NaiveImage.CHUNK_BYTES, naive.lengthBytes() - begin);
            JsonNode image = agent.images().get(chosen.get());
            Damage.flip(agent.process().pool().data(image), begin + random.nextLong(length));
            images.rotten(chosen.get());
            tally.count("images damaged");
        }
    }

    private void kill() throws IOException {
        List<SoakUploads.Begun> begun = new ArrayList<>();
        begun.add(uploads.begin());
        if (random.nextBoolean()) {
            begun.add(uploads.begin());
        }
        Optional<String> victim = images.anyWhole(random, volumes.imagesInUse());
        Optional<CurlRun> deletion = victim.map(name -> {
            images.leaving(name);
            return agent.images().deletion(name).start();
        });
        Optional<SoakWrite> write = chooseWrite();
        Optional<CurlRun> writing =
                write.isPresent() ? Optional.of(write.get().start(agent.process(), scratch())) : Optional.empty();
        pause(random.nextInt(KILL_DELAY_MILLIS_MAX));
        agent.process().kill9();
        tally.count("agents killed");
        begun.forEach(uploads::hear);
        if (deletion.isPresent() && deletion.get().await().status() == 204) {
            images.gone(victim.get());
            tally.count("images deleted");
        }
        writing.ifPresent(CurlRun::await);
        startAgain();
        if (write.isPresent()) {
            send(write.get());
        }
    }

    /** An upload that is under way when the agent is asked to end becomes an image. */
    private void stop() throws IOException {
        SoakUploads.Begun begun = uploads.begin();
        agent.images().awaitReceived(begun.name(), 1);
        agent.process().askToEnd();
        uploads.finish(begun);
        agent.process().requireOrderlyEnd();
        tally.count("agents stopped in order");
        startAgain();
    }

    private void startAgain() throws IOException {
        agent.startAgain();
        images.settle(agent.images());
        volumes.requireNames(agent.process());
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
