// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceStalled;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The changes whose callers have given up waiting, and which may still happen. Until one of them has ended, nobody can say
 * what its volumes are, so a call that depends on them is refused: a volume that is found absent now, or deleted now, could
 * appear afterwards. Thread-safe: guarded by itself.
 */
final class UnfinishedCalls {
    private final Set<Change> givenUp = new HashSet<>();
    private final Duration deadline;

    /** @param deadline what a call was waited for, for messages */
    UnfinishedCalls(Duration deadline) {
        this.deadline = deadline;
    }

    /**
     * What a call does to volumes.
     *
     * @param made appear, disappear or get another name
     * @param kept stay what they are to whoever only looks or reads
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
     * @throws DeviceStalled when it depends on one that was given up and is still under way
     */
    synchronized Change begin(EngineCall call, Effect effect) {
        for (Change earlier : givenUp) {
            if (effect.dependsOn(earlier.effect)) {
                throw new DeviceStalled(earlier.call.label() + ", on which " + call.label() + " depends,", deadline);
            }
        }
        return new Change(call, effect);
    }

    /** Begins to close a handle on a volume, which depends on nothing. */
    Change beginClose(VolumeName name) {
        return new Change(EngineCall.CLOSE, Effect.keeping(name));
    }

    /** A call under way. */
    final class Change {
        private final EngineCall call;
        private final Effect effect;
        private boolean ended;

        private Change(EngineCall call, Effect effect) {
            this.call = call;
            this.effect = effect;
        }

        /** Nobody waits for it any more. */
        void giveUp() {
            synchronized (UnfinishedCalls.this) {
                if (!ended) {
                    givenUp.add(this);
                }
            }
        }

        /** It cannot happen any more, or has. */
        void end() {
            synchronized (UnfinishedCalls.this) {
                ended = true;
                givenUp.remove(this);
            }
        }
    }
}
