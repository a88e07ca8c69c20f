// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/** One agent, of which one call after the other is held while a client waits for an answer. Confined to one thread. */
final class SlowCallLane {
    /** Longer than each of the agent's timeouts. */
    static final Duration HOLD = Duration.ofMillis(3500);

    private static final Duration DEADLINE = Duration.ofMillis(1500);
    private static final Duration IDLE = Duration.ofMillis(2500);
    /** Many times what an answer may take, for a busy machine. */
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(60);

    private static final Duration GRACE = Duration.ofSeconds(10);
    /** The grace period, and the end of a process on a busy machine. */
    private static final Duration STOP_MAX = Duration.ofSeconds(45);

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final int PLACES = 2;
    /** How many kinds of calls of one operation are held, at random; the scale multiplies it. */
    private static final int KINDS_MAX = 3;

    private final PoolCalls calls;
    private final AgentSetup setup;
    private final Path disk;
    private final Random random;

    SlowCallLane(AgentSetup agent, Path disk, long seed) {
        this.calls = PoolCalls.in(agent.workspace());
        this.setup = calls.of(agent)
                .with("scrubjay.device.io-deadline", DEADLINE.toMillis() + "ms")
                .with("scrubjay.device.control-deadline", DEADLINE.toMillis() + "ms")
                .with("scrubjay.http.json-timeout", IDLE.toMillis() + "ms")
                .with("scrubjay.ingest.idle-timeout", IDLE.toMillis() + "ms")
                .with("scrubjay.volume.idle-timeout", IDLE.toMillis() + "ms")
                .with("scrubjay.download.stall-timeout", IDLE.toMillis() + "ms")
                .with("scrubjay.shutdown.grace", GRACE.toSeconds() + "s")
                .with("scrubjay.ingest.concurrency-max", Integer.toString(PLACES))
                .with("scrubjay.volume.writes-max", Integer.toString(PLACES))
                .with("scrubjay.download.concurrency-max", Integer.toString(PLACES));
        this.disk = disk;
        this.random = new Random(seed);
    }

    /** Starts an agent that has what {@link ClientOperation} needs. */
    PatientClient start() {
        PatientClient client = new PatientClient(setup.start(), disk);
        client.ensureImage("disk");
        client.ensureVolume("vm");
        client.ensureSnapshot("monday");
        return client;
    }

    PoolCalls calls() {
        return calls;
    }

    /**
     * Holds, for each of these operations, the first call of some of the kinds that it makes.
     *
     * @return for the log: each operation, and how many calls were held
     */
    List<String> sweep(List<ClientOperation> operations) {
        PatientClient client = start();
        List<String> told = new ArrayList<>();
        for (ClientOperation operation : operations) {
            operation.prepare(client);
            Set<PoolCalls.Kind> kinds = calls.during(() -> {
                CurlAnswer answer = operation.ask(client);
                assertThat(operation.isSuccess(answer))
                        .as("%s when nothing is slow: %s", operation, answer)
                        .isTrue();
            });
            List<PoolCalls.Kind> chosen = new ArrayList<>(kinds);
            Collections.shuffle(chosen, random);
            chosen = chosen.subList(0, Math.min(chosen.size(), KINDS_MAX * TestChoice.scale()));
            long met = chosen.stream()
                    .filter(kind -> meets(client, operation, kind))
                    .count();
            assertThat(met).as("calls of %s that were held", operation).isPositive();
            told.add(operation + ": " + met + " calls were held, of " + kinds.size() + " kinds");
        }
        requireSameAfterRestart(client);
        return told;
    }

    /** Whether the operation has made such a call this time. */
    private boolean meets(PatientClient client, ClientOperation operation, PoolCalls.Kind kind) {
        String at = operation + " while the first " + kind + " is slow";
        try {
            operation.prepare(client);
            calls.holdFirst(kind);
            CompletableFuture<CurlAnswer> asked = CompletableFuture.supplyAsync(() -> operation.ask(client));
            Awaitility.await("the call")
                    .atMost(PATIENCE)
                    .pollInterval(POLL)
                    .until(() -> asked.isDone() || calls.isHolding());
            boolean met = calls.isHolding();
            if (met) {
                waitWhileHeld(client, operation, asked);
            }
            calls.letGo();
            settle(client, operation, answer(asked, ANSWER_PATIENCE));
            awaitReady(client);
            return met;
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError(at + ": " + failure.getMessage(), failure);
        }
    }

    private void waitWhileHeld(PatientClient client, ClientOperation operation, CompletableFuture<CurlAnswer> asked) {
        long end = System.nanoTime() + HOLD.toNanos();
        requireAlive(client);
        if (operation.answer() == ClientOperation.Answer.WHILE_HELD) {
            answer(asked, ANSWER_PATIENCE);
        }
        requireAlive(client);
        try {
            TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
        requireAlive(client);
    }

    /** What it says of itself comes at once, and says why where it is not ready. */
    static void requireAlive(PatientClient client) {
        probe(client, "live").require(200);
        CurlAnswer ready = probe(client, "ready");
        if (ready.status() != 200) {
            ready.require(503);
            assertThat(reason(ready)).as("%s", ready).isNotBlank();
        }
    }

    static CurlAnswer probe(PatientClient client, String kind) {
        AgentProcess agent = client.agent();
        return new Curl(agent.setup().workspace(), agent.management().resolve("/q/health/" + kind))
                .with("--max-time", "30")
                .run();
    }

    /** Why an agent says that it is not ready. */
    static String reason(CurlAnswer ready) {
        for (JsonNode check : ready.json().path("checks")) {
            JsonNode data = check.path("data");
            if (data.has("failure")) {
                return data.path("failure").asText() + ": "
                        + data.path("reason").asText();
            }
        }
        return "";
    }

    private static void awaitReady(PatientClient client) {
        Awaitility.await("readiness to come back")
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .until(() -> client.agent().readiness() == 200);
    }

    /** What was answered is so; what was refused can be done now, or turns out to have been done. */
    private static void settle(PatientClient client, ClientOperation operation, CurlAnswer answer) {
        if (operation.isSuccess(answer)) {
            operation.requireDone(client, answer);
            return;
        }
        operation.requireRefusal(answer);
        CurlAnswer again = Awaitility.await("it to succeed after " + answer)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> operation.ask(client), one -> isDone(client, operation, one));
        operation.requireDone(client, again);
    }

    private static boolean isDone(PatientClient client, ClientOperation operation, CurlAnswer answer) {
        if (operation.isSuccess(answer)) {
            return true;
        }
        if (operation.wasDoneBefore(client, answer)) {
            return true;
        }
        if (answer.status() < 500) {
            // The name is taken by what is still being cleaned up.
            return false;
        }
        operation.requireRefusal(answer);
        return false;
    }

    private static CurlAnswer answer(CompletableFuture<CurlAnswer> asked, Duration patience) {
        try {
            return asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException none) {
            throw new AssertionError("no answer within " + patience, none);
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /** Asks an agent to end while a call is held, and for good: it ends all the same, and the next one finds all that was. */
    void endsWhileHeld(ClientOperation operation, PoolCalls.Kind kind) {
        PatientClient client = start();
        operation.prepare(client);
        calls.holdAll(kind);
        CompletableFuture<CurlAnswer> asked = CompletableFuture.supplyAsync(() -> operation.ask(client));
        Awaitility.await("the call").atMost(PATIENCE).pollInterval(POLL).until(calls::isHolding);
        long began = System.nanoTime();
        client.agent().terminate();
        long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        System.out.println(operation + ", " + kind + ": ended within " + tookMillis + " ms");
        assertThat(tookMillis).as("from SIGTERM to the end").isLessThan(STOP_MAX.toMillis());
        CurlAnswer answer = answer(asked, ANSWER_PATIENCE);
        // Whom nobody could answer any more sees that: no answer is not taken for a good one.
        assertThat(operation.isSuccess(answer)).as("%s", answer).isFalse();
        if (answer.status() != 0) {
            operation.requireRefusal(answer);
        }
        calls.forget();
        PatientClient next = new PatientClient(setup.start(), disk);
        next.requireDisk("/v1/images/disk");
        assertThat(next.get("/v1/volumes/vm").path("state").asText()).isEqualTo("ready");
        assertThat(next.get("/v1/snapshots/monday").path("state").asText()).isEqualTo("ready");
        operation.prepare(next);
        operation.requireDone(next, operation.ask(next));
        requireSameAfterRestart(next);
    }

    /** The pool is what the agent said it is, also to the next one, and whole. */
    void requireSameAfterRestart(PatientClient client) {
        client.until(client.deletion("/v1/images?state=failed"), 204);
        List<String> shown = shown(client);
        client.agent().terminate();
        PatientClient next = new PatientClient(setup.start(), disk);
        assertThat(shown(next)).isEqualTo(shown);
        CurlAnswer run = Awaitility.await("a scrub of everything")
                .atMost(PATIENCE)
                .until(
                        () -> next.scrub("*"),
                        one -> one.json().path("state").asText().equals("finished"));
        assertThat(run.json().path("findings")).as("%s", run).isEmpty();
        next.agent().terminate();
    }

    /** What everything is, once it can be told. */
    private static List<String> shown(PatientClient client) {
        return Awaitility.await("what is shown")
                .atMost(PATIENCE)
                .until(() -> shownNow(client), shown -> shown.stream().noneMatch(one -> one.contains("unreadable")));
    }

    private static List<String> shownNow(PatientClient client) {
        List<String> shown = new ArrayList<>();
        for (String kind : List.of("images", "volumes", "snapshots")) {
            for (JsonNode one : client.get("/v1/" + kind)) {
                shown.add(String.join(
                        " ",
                        kind,
                        one.path("name").asText(),
                        one.path("id").asText(),
                        one.path("state").asText(),
                        one.path("sizeBytes").asText(),
                        one.path("contentDigest").asText()));
            }
        }
        return shown;
    }
}
