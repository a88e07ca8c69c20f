// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceStalled;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The changes whose callers have stopped waiting, and which may still succeed. Until such a change has ended, the state
 * of its volumes is unknown, so a call that depends on these volumes is refused: a volume that seems absent now, or
 * that is deleted now, could appear afterwards. Thread-safe: guarded by itself.
 */
final class UnfinishedCalls {
    private final Set<Change> givenUp = new HashSet<>();
    private final Duration deadline;

    /**
     * @param deadline how long callers wait, for messages
     */
    UnfinishedCalls(Duration deadline) {
        this.deadline = deadline;
    }

    /**
     * The effect of a call on volumes.
     *
     * @param made the volumes that appear, disappear or are renamed
     * @param kept the volumes that a reading call finds the same before and after
     */
    record Effect(Set<VolumeName> made, Set<VolumeName> kept) {
        Effect {
            made = Set.copyOf(made);
            kept = Set.copyOf(kept);
        }

        /** A call that creates, renames or removes these volumes. */
        static Effect on(VolumeName... made) {
            return new Effect(new HashSet<>(List.of(made)), Set.of());
        }

        /** A call that needs these volumes to stay. */
        static Effect keeping(VolumeName... kept) {
            return new Effect(Set.of(), new HashSet<>(List.of(kept)));
        }

        Effect andKeeping(VolumeName name) {
            return new Effect(made, Set.of(name));
        }

        private boolean dependsOn(Effect earlier) {
            return meets(made, earlier.made) || meets(made, earlier.kept) || meets(kept, earlier.made);
        }

        private static boolean meets(Set<VolumeName> one, Set<VolumeName> other) {
            return one.stream().anyMatch(other::contains);
        }
    }

    /**
     * Begins a call.
     *
     * @throws DeviceStalled when it depends on an abandoned call that is still running
     */
    synchronized Change begin(EngineCall call, Effect effect) {
        for (Change earlier : givenUp) {
            if (effect.dependsOn(earlier.effect)) {
                throw new DeviceStalled(earlier.call.label() + ", on which " + call.label() + " depends,", deadline);
            }
        }
        return new Change(call, effect);
    }

    /** Begins to close a handle on a volume, which depends on no other call. */
    Change beginClose(VolumeName name) {
        return new Change(EngineCall.CLOSE, Effect.keeping(name));
    }

    /** A running call. */
    final class Change {
        private final EngineCall call;
        private final Effect effect;
        private boolean ended;

        private Change(EngineCall call, Effect effect) {
            this.call = call;
            this.effect = effect;
        }

        /** Notes that nobody waits for this call any more. */
        void giveUp() {
            synchronized (UnfinishedCalls.this) {
                if (!ended) {
                    givenUp.add(this);
                }
            }
        }

        /** Notes that this call has ended: it has succeeded, or no longer can. */
        void end() {
            synchronized (UnfinishedCalls.this) {
                ended = true;
                givenUp.remove(this);
            }
        }
    }
}
