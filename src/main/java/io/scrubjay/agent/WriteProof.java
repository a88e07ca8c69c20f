// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineException;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the pool accepts writes, for callers that must not wait for a hanging device. Each answer is based on a test
 * write within the last second. While a test write is in progress, the last answer is used for as long as the device
 * may take; no second write is tried before the first has ended. After a failed call of the engine, another write is
 * tried for the next answer. After a failed write, or a call that was given up, the answer is in doubt until a write
 * that began later has succeeded. Thread-safe.
 */
@Singleton
final class WriteProof {
    private static final Logger LOG = Logger.getLogger(WriteProof.class);

    /** The result of one write. */
    private record Verdict(long begunNanos, Optional<String> trouble) {}

    /** Why the verdict on a write that began earlier is not believed. */
    private record Doubt(long sinceNanos, String reason) {}

    private final OpenedEngine opened;
    private final Duration deadline;
    private final Sampled<Verdict> proof;
    private final AtomicReference<Optional<Doubt>> doubt = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> known = new AtomicReference<>(Optional.empty());

    /**
     * @param opened the engine without decorators: a deadline would give the write up, and let another one hang
     */
    WriteProof(OpenedEngine opened, DeviceConfig device) {
        this.opened = opened;
        this.deadline = device.ioDeadline();
        this.proof = Sampled.shared(this::write, new Verdict(0, Optional.empty()));
    }

    /** A test write in progress. */
    final class Trial {
        private final Sampled<Verdict>.Answer answer = proof.ask();

        /**
         * Waits for the result: why the pool does not accept writes, or empty when it does. A pool that only lacks free
         * bytes counts as one that accepts writes.
         */
        Optional<String> trouble() {
            return told(judged(answer));
        }
    }

    /** Starts a test write. Never waits. */
    Trial begin() {
        return new Trial();
    }

    /**
     * Tells that a call of the engine failed, in a way in which it would fail on a pool that does not accept writes.
     * Never waits.
     */
    void doubt(String reason) {
        doubt.set(Optional.of(new Doubt(System.nanoTime(), reason)));
    }

    /**
     * Tells that a call of the engine failed, perhaps not because of the pool: the next answer is based on a new write.
     * Never waits.
     */
    void lookAgain() {
        proof.doubt();
    }

    private Optional<String> told(Optional<String> trouble) {
        if (trouble.isPresent() != known.getAndSet(trouble).isPresent()) {
            trouble.ifPresentOrElse(
                    reason -> LOG.warnf(
                            "the pool does not accept writes: %s. The agent is not ready until a write succeeds:"
                                    + " check the disk, the file system and the mount of the pool",
                            reason),
                    () -> LOG.info("the pool accepts writes again"));
        }
        return trouble;
    }

    private Optional<String> judged(Sampled<Verdict>.Answer answer) {
        try {
            Verdict verdict = answer.standing(deadline);
            return verdict.trouble()
                    .or(() -> doubt.get()
                            .filter(since -> since.sinceNanos() - verdict.begunNanos() > 0)
                            .map(Doubt::reason));
        } catch (TimeoutException stuck) {
            return Optional.of(
                    proof.waited().compareTo(deadline) < 0
                            ? "the agent's first write has not finished yet"
                            : "a write has not finished in time (" + deadline.toSeconds()
                                    + " s); the disk may hang, or the file system may be frozen");
        }
    }

    private Verdict write() {
        long begunNanos = System.nanoTime();
        return new Verdict(begunNanos, tried());
    }

    private Optional<String> tried() {
        try {
            opened.engine().proveWritable();
            return Optional.empty();
        } catch (EngineException.NoSpace full) {
            // Free bytes are checked elsewhere; free inodes are not.
            return full.isOfInodes() ? Optional.of(String.valueOf(full.getMessage())) : Optional.empty();
        } catch (IllegalStateException closed) {
            return Optional.of("the pool is closed");
        } catch (RuntimeException failed) {
            return Optional.of(String.valueOf(failed.getMessage()));
        }
    }
}
