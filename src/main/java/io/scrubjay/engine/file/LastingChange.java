// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One durable change of a volume's directory. If it cannot be made durable, it is undone. If that fails as well, it is
 * unknown what a crash would leave: the catalog keeps the change as {@linkplain Catalog#unclear() unclear}, and no call
 * concludes anything about the volumes that it {@linkplain #isAbout is about} until a call has looked into the
 * directory again ({@link #lookAgain}).
 *
 * <p>Made once, by one thread; {@link #lookAgain} may be called by any.
 */
abstract class LastingChange {
    private final ReentrantLock looking = new ReentrantLock();
    private volatile EngineException failure;

    /** Makes the change on the medium. */
    abstract void attempt();

    /** Undoes, durably, whatever {@link #attempt} has done on the medium. */
    abstract void takeBack();

    /**
     * Finds out what is on the medium, and makes it durable.
     *
     * @return whether the change has happened
     * @throws EngineException when this still cannot be found out
     */
    abstract boolean settle();

    /** Updates the state in memory when the change is durable. Makes no device call that could fail. */
    abstract void happened();

    /** Updates the state in memory when the change has not happened. */
    abstract void undone();

    /**
     * Sets the state in memory while it is unknown whether the change has happened: a state that is correct in both
     * cases.
     */
    abstract void inDoubt();

    abstract boolean isAbout(VolumeName name);

    /** Whether this is the name of a volume that may have another name, or may not exist, because of this change. */
    abstract boolean mayMove(VolumeName name);

    /** Describes the change whose result is unknown, for messages. */
    abstract String call();

    /**
     * Makes the change, durably.
     *
     * @throws EngineException when this fails: the change is undone, or its result is unknown and the catalog keeps it
     */
    final void make(Catalog catalog) {
        try {
            attempt();
        } catch (EngineException failed) {
            if (isTakenBack(failed)) {
                undone();
            } else {
                failure = failed;
                inDoubt();
                catalog.add(this);
            }
            throw failed;
        }
        happened();
    }

    private boolean isTakenBack(EngineException failed) {
        try {
            takeBack();
            return true;
        } catch (EngineException stuck) {
            failed.addSuppressed(stuck);
            return false;
        }
    }

    /**
     * Finds out whether the change has happened, makes the result durable, and updates the catalog. Does nothing while
     * another thread does this, since that thread may be stuck.
     *
     * @throws EngineException when the result is still unknown; the catalog keeps the change
     */
    final void lookAgain(Catalog catalog) {
        if (looking.tryLock()) {
            try {
                if (catalog.unclear().contains(this)) {
                    // ORDER: the result is durable before any caller sees it: a caller may delete something because of
                    // it.
                    if (settle()) {
                        happened();
                    } else {
                        undone();
                    }
                    catalog.remove(this);
                }
            } finally {
                looking.unlock();
            }
        }
    }

    /** The exception for calls that depend on this change while its result is unknown. */
    final EngineException.DeviceFailed unknown() {
        EngineException why = Objects.requireNonNull(failure);
        return new EngineException.DeviceFailed(
                call(), why instanceof EngineException.DeviceFailed device ? device.errno() : 0, why);
    }
}
