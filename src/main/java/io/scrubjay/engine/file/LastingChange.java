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

    /** Has the medium be as before, for good, whatever {@link #attempt} has done of it. */
    abstract void takeBack();

    /**
     * Sees what there is, and makes that last.
     *
     * @return whether the change has happened
     * @throws EngineException when that cannot be told
     */
    abstract boolean settle();

    /** What follows from the change, once it lasts. Calls the device for nothing that could fail. */
    abstract void happened();

    /** The same when it has not happened. */
    abstract void undone();

    /** What is right whether it has happened or not. */
    abstract void inDoubt();

    abstract boolean isAbout(VolumeName name);

    /** Whether this is the name of a volume that may be called otherwise, or not exist. */
    abstract boolean mayMove(VolumeName name);

    /** The call of which nobody can tell whether it has happened, for people. */
    abstract String call();

    /**
     * Makes the change, and makes it last.
     *
     * @throws EngineException when that cannot be promised: the change is taken back, or unclear
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
     * Looks what has become of it, makes that last, and has the catalog follow. Does nothing while another thread looks: it
     * may be stuck.
     *
     * @throws EngineException when it still cannot be told; the change stays unclear
     */
    final void lookAgain(Catalog catalog) {
        if (looking.tryLock()) {
            try {
                if (catalog.unclear().contains(this)) {
                    // ORDER: it lasts before anybody hears of it, who may remove something because of it.
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

    /** What a call fails with that depends on it while it is unclear. */
    final EngineException.DeviceFailed unknown() {
        EngineException why = Objects.requireNonNull(failure);
        return new EngineException.DeviceFailed(
                call(), why instanceof EngineException.DeviceFailed device ? device.errno() : 0, why);
    }
}
