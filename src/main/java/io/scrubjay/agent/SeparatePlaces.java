// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.configuration.ConfigurationException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Refuses a state directory inside the pool directory, and the other way round. A pool must contain only its own files;
 * the state directory may be lost, and files that are unpacked there are removed at each start. Stateless.
 */
final class SeparatePlaces {
    static final String POOL = "scrubjay.pool.path";
    static final String STATE = "scrubjay.state.path";

    private SeparatePlaces() {}

    /** @throws ConfigurationException when the two cannot be used together; the message names them */
    static void require(Path pool, Path state) {
        problem(pool, state).ifPresent(why -> {
            throw new ConfigurationException(why);
        });
    }

    /** Why the two cannot be used together, if so. Either of them may be missing, or a link to the other. */
    static Optional<String> problem(Path pool, Path state) {
        Path realPool = real(pool);
        Path realState = real(state);
        if (realPool.equals(realState)) {
            return Optional.of(said(STATE, state) + " is the same directory as " + said(POOL, pool) + apart());
        }
        if (realState.startsWith(realPool)) {
            return Optional.of(said(STATE, state) + " lies inside " + said(POOL, pool) + apart());
        }
        if (realPool.startsWith(realState)) {
            return Optional.of(said(POOL, pool) + " lies inside " + said(STATE, state) + apart());
        }
        return Optional.empty();
    }

    private static String said(String key, Path path) {
        return key + "=" + path;
    }

    private static String apart() {
        return ": set " + STATE
                + " to a directory that is neither inside the pool nor around it; it holds history only, and"
                + " is made when it is missing";
    }

    /** The path with links followed, as far as it exists. */
    private static Path real(Path path) {
        return real(path.toAbsolutePath().normalize(), Path.of(""));
    }

    private static Path real(Path existing, Path rest) {
        try {
            return existing.toRealPath().resolve(rest).normalize();
        } catch (IOException missing) {
            Path parent = existing.getParent();
            return parent == null
                    ? existing.resolve(rest)
                    : real(parent, existing.getFileName().resolve(rest));
        }
    }
}
