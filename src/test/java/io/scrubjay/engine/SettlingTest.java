// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class SettlingTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Settling settling = new Settling();
    private final List<String> taken = new CopyOnWriteArrayList<>();

    /** A step that notes that it was taken, and fails the first times. */
    private Settling.Step failing(int times, String name, EngineException failure) {
        return () -> {
            taken.add(name);
            if (taken.stream().filter(name::equals).count() <= times) {
                throw failure;
            }
        };
    }

    private static EngineException deviceFailed() {
        return new EngineException.DeviceFailed("delete", 5);
    }

    private static EngineException unreadable() {
        return new Unreadable(Optional.empty(), "volumes/x", 5, "it cannot be read").failure();
    }

    private void settle(Settling.Step revocation, Settling.Step removal) {
        settling.settle("a removal", revocation, removal, () -> taken.add("name"));
    }

    /** Settles something that fails now, and waits until it has been tried again: what was due before has been done by then. */
    private void awaitSecondTries() {
        settling.settle("another", failing(1, "other", deviceFailed()));
        await().atMost(PATIENCE)
                .until(() -> taken.stream().filter("other"::equals).count() == 2);
        taken.removeIf("other"::equals);
    }

    @Test
    void aRemovalThatFailedIsTriedAgainAndTheNameIsFreeMeanwhile() {
        settle(() -> {}, failing(2, "removal", deviceFailed()));

        assertThat(taken).startsWith("removal", "name");
        await().atMost(PATIENCE).until(() -> taken.size() == 4);
        assertThat(taken).containsExactly("removal", "name", "removal", "removal");
    }

    @Test
    void theNameIsNotFreeBeforeWhatHasToHappenFirstHasHappened() {
        settle(failing(1, "revocation", deviceFailed()), failing(1, "removal", deviceFailed()));

        assertThat(taken).startsWith("revocation");
        await().atMost(PATIENCE).until(() -> taken.size() == 5);
        assertThat(taken).containsExactlyInAnyOrder("revocation", "revocation", "removal", "name", "removal");
        assertThat(taken.subList(0, 3)).containsExactly("revocation", "revocation", "removal");
    }

    @Test
    void aRemovalThatCannotSucceedBeforeTheNextStartIsLeftToIt() {
        settle(() -> {}, failing(9, "removal", unreadable()));
        awaitSecondTries();

        assertThat(taken).containsExactly("removal", "name");
    }

    @Test
    void theBytesAndTheNameOfWhatMayExistStayUntilTheNextStart() {
        settle(failing(9, "revocation", unreadable()), () -> taken.add("removal"));
        awaitSecondTries();

        assertThat(taken).containsExactly("revocation");
    }

    @Test
    void aSingleStepThatFailedIsTakenAgain() {
        settling.settle("a step", failing(1, "step", deviceFailed()));

        await().atMost(PATIENCE).until(() -> taken.size() == 2);
        awaitSecondTries();
        assertThat(taken).containsExactly("step", "step");
    }
}
