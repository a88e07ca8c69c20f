// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An open resource that several threads may use at the same time. Once it is given up, it gets no new users, and its
 * last user closes it. Thread-safe; users do not wait for each other.
 */
final class Lent<T> {
    private final T open;
    private final Consumer<T> close;
    private int users;
    private boolean givenUp;

    /** @param close closes the resource; called once */
    Lent(T open, Consumer<T> close) {
        this.open = open;
        this.close = close;
    }

    /** Uses the resource. Returns empty, without calling {@code work}, when the resource has been given up. */
    <R> Optional<R> use(Function<T, R> work) {
        if (!enter()) {
            return Optional.empty();
        }
        try {
            return Optional.of(work.apply(open));
        } finally {
            leave();
        }
    }

    private synchronized boolean enter() {
        if (!givenUp) {
            users++;
        }
        return !givenUp;
    }

    private void leave() {
        boolean isLast;
        synchronized (this) {
            users--;
            isLast = givenUp && users == 0;
        }
        if (isLast) {
            close.accept(open);
        }
    }

    /** Gives the resource up, and closes it now or when its last use has ended. Call once. */
    void giveUp() {
        boolean isUnused;
        synchronized (this) {
            givenUp = true;
            isUnused = users == 0;
        }
        if (isUnused) {
            close.accept(open);
        }
    }
}
