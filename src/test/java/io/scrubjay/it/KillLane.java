// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One pool whose agent is killed again and again. Confined to one thread; the clients are processes.
 *
 * <p>The seed decides on contents, order and delays; what a kill hits also depends on the machine.
 */
final class KillLane {
    private static final int LENGTH_BYTES_MAX = 12 << 20;
    private static final int IMAGES_MIN = 2;
    private static final int IMAGES_MAX = 4;
    private static final List<KillMoment> TURNS = List.of(KillMoment.UPLOAD, KillMoment.SEAL, KillMoment.DELETE);

    private final Workspace workspace;
    private final String name;
    private final AgentSetup setup;
    private final SplittableRandom random;
    private final Map<KillMoment, KillTiming> timings = new EnumMap<>(KillMoment.class);
    private final ExpectedImages expected = new ExpectedImages();
    /** Names whose upload a kill has ended: they can be used again. */
    private final Deque<String> free = new ArrayDeque<>();

    private int names;

    KillLane(AgentSetup agent, long seed) {
        this.workspace = agent.workspace();
        this.name = agent.name();
        this.random = new SplittableRandom(seed);
        this.setup = agent;
        timings.put(KillMoment.UPLOAD, new KillTiming(1_000));
        timings.put(KillMoment.SEAL, new KillTiming(400));
        timings.put(KillMoment.DELETE, new KillTiming(50));
    }

    /**
     * A request under way when the agent is killed.
     *
     * @param image what it is about
     * @param curl whose answer is still open, if any is
     */
    private record Begun(KillMoment moment, String image, Optional<CurlRun> curl) {}

    /** Kills the agent this many times. */
    void run(int rounds) {
        AgentProcess agent = setup.start();
        for (int round = 0; round < rounds; round++) {
            KillMoment moment = TURNS.get(round % TURNS.size());
            try {
                prepare(agent.images());
                Begun begun = kill(agent, moment);
                agent = setup.start();
                expected.settle(agent);
                learn(begun);
            } catch (IOException | RuntimeException | AssertionError failure) {
                throw new AssertionError(
                        name + ", round " + round + ", killed at " + moment + ": " + failure.getMessage(), failure);
            }
        }
        agent.terminate();
    }

    /** How often a kill came before the end of what it was to hit. */
    void print() {
        timings.forEach((moment, timing) -> System.out.println(name + ": " + moment + " " + timing));
    }

    /** Sees to it that there are some images, all acknowledged, but not too many. */
    private void prepare(ImageClient client) throws IOException {
        while (expected.size() < IMAGES_MIN) {
            String image = free.isEmpty() ? newName() : free.pop();
            Path file = write(image);
            expected.begun(image, file);
            client.upload(image, file);
            expected.acknowledged(image);
        }
        while (expected.size() > IMAGES_MAX) {
            String image = expected.any(random);
            client.delete(image).require(204);
            expected.gone(image);
        }
    }

    private Begun kill(AgentProcess agent, KillMoment moment) throws IOException {
        // Chosen before the upload beside it makes another image: only a certain one can be deleted.
        String victim = moment == KillMoment.DELETE ? expected.any(random) : send();
        Optional<Begun> beside = Optional.empty();
        if (random.nextBoolean()) {
            beside = Optional.of(begin(agent.images(), KillMoment.UPLOAD, send()));
        }
        Begun begun = begin(agent.images(), moment, victim);
        pause(timings.get(moment).delayNanos(random));
        agent.kill9();
        hear(begun);
        if (beside.isPresent()) {
            hear(beside.get());
        }
        return begun;
    }

    private Begun begin(ImageClient client, KillMoment moment, String image) {
        Curl upload = client.content(image).sending(file(image));
        return switch (moment) {
            case UPLOAD -> new Begun(moment, image, Optional.of(upload.start()));
            case SEAL -> {
                upload.with("-H", "Prefer: respond-async").run().require(202);
                yield new Begun(moment, image, Optional.empty());
            }
            case DELETE -> {
                expected.leaving(image);
                yield new Begun(
                        moment, image, Optional.of(client.deletion(image).start()));
            }
        };
    }

    /** Makes a file to be sent, and gives the name for it. */
    private String send() {
        String image = newName();
        expected.begun(image, write(image));
        return image;
    }

    /** Whatever was acknowledged before the kill is certain. */
    private void hear(Begun begun) throws IOException {
        int status = begun.curl().map(curl -> curl.await().status()).orElse(0);
        if (status == 201) {
            expected.acknowledged(begun.image());
        } else if (status == 204) {
            expected.gone(begun.image());
        }
    }

    private void learn(Begun begun) {
        boolean isThere = expected.has(begun.image());
        KillTiming timing = timings.get(begun.moment());
        if (isThere == (begun.moment() != KillMoment.DELETE)) {
            timing.wasFinished();
        } else {
            timing.wasUndone();
        }
        if (!isThere) {
            free.add(begun.image());
        }
    }

    private String newName() {
        return name + "-image-" + ++names;
    }

    private Path file(String image) {
        return workspace.file(image);
    }

    private Path write(String image) {
        return SparseFile.write(file(image), random.nextLong(), 1 + random.nextInt(LENGTH_BYTES_MAX));
    }

    /** Lets the agent go on for so long. */
    static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
