// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineException;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the pool takes writes, for whoever cannot wait for a device that hangs. Each answer rests on a write that was
 * tried within the last second. On a device that hangs one write waits, and no second one is tried before it has ended.
 * Thread-safe.
 */
@Singleton
final class WriteProof {
    private static final Logger LOG = Logger.getLogger(WriteProof.class);

    private final Sampled<Boolean> proof;
    private final AtomicReference<Optional<String>> known = new AtomicReference<>(Optional.empty());

    /** @param opened without decorators: a deadline would give the write up, and make room for the next that hangs */
    WriteProof(OpenedEngine opened) {
        proof = Sampled.shared(
                () -> {
                    opened.engine().proveWritable();
                    return true;
                },
                false);
    }

    /** Why the pool takes no writes, or empty when it does. A pool without room counts as one that does. */
    Optional<String> trouble() {
        Optional<String> trouble = tried();
        if (trouble.isPresent() != known.getAndSet(trouble).isPresent()) {
            trouble.ifPresentOrElse(
                    reason -> LOG.warnf(
                            "the pool takes no writes: %s; the agent is not ready until a write succeeds: look at the"
                                    + " disk, the file system and the mount below the pool",
                            reason),
                    () -> LOG.info("the pool takes writes again"));
        }
        return trouble;
    }

    private Optional<String> tried() {
        try {
            proof.fresh();
            return Optional.empty();
        } catch (EngineException.NoSpace full) {
            return Optional.empty();
        } catch (EngineException failed) {
            return Optional.of(failed.getMessage());
        } catch (TimeoutException stuck) {
            return Optional.of("a write has not finished in time; the disk may hang, or the file system be frozen");
        } catch (IllegalStateException closed) {
            return Optional.of("the pool is closed");
        }
    }
}
