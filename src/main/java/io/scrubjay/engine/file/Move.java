// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One rename of a volume's directory, which is to last. When that cannot be promised the old name is put back. When that
 * fails as well, nobody can tell which of the two names a crash would leave: the catalog keeps the move as {@linkplain
 * Catalog#unclear() unclear}, and no call concludes anything about its names until {@link #lookAgain} has seen which it is.
 *
 * <p>Made once, by one thread; {@link #lookAgain} may be called by any.
 */
final class Move {
    private final DurableFiles files;
    private final Path from;
    private final Path to;
    private final Set<VolumeName> names;
    private final Runnable happened;
    private final Runnable undone;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile EngineException failure;

    /**
     * @param names of volumes: those that the move gives or takes away
     * @param happened what follows from the move, once it lasts; calls the device for nothing that could fail
     * @param undone the same of a move that has not happened
     */
    Move(DurableFiles files, Path from, Path to, Set<VolumeName> names, Runnable happened, Runnable undone) {
        this.files = files;
        this.from = from;
        this.to = to;
        this.names = Set.copyOf(names);
        this.happened = happened;
        this.undone = undone;
    }

    /**
     * Renames, and makes it last.
     *
     * @throws EngineException when that cannot be promised: the move is undone, or unclear
     */
    void make(Catalog catalog) {
        try {
            files.rename(from, to);
            sync();
        } catch (EngineException failed) {
            if (isTakenBack(failed)) {
                undone.run();
            } else {
                failure = failed;
                catalog.add(this);
            }
            throw failed;
        }
        happened.run();
    }

    private boolean isTakenBack(EngineException failed) {
        try {
            if (!DurableFiles.exists(from)) {
                files.rename(to, from);
                sync();
            }
            return true;
        } catch (EngineException stuck) {
            failed.addSuppressed(stuck);
            return false;
        }
    }

    /**
     * Looks which of the names there is, makes that last, and has the catalog follow. Does nothing while another thread
     * looks: it may be stuck.
     *
     * @throws EngineException when it still cannot be told; the move stays unclear
     */
    void lookAgain(Catalog catalog) {
        if (looking.tryLock()) {
            try {
                if (catalog.unclear().contains(this)) {
                    settle();
                    catalog.remove(this);
                }
            } finally {
                looking.unlock();
            }
        }
    }

    private void settle() {
        boolean stays = DurableFiles.exists(from);
        boolean moved = !stays && DurableFiles.exists(to);
        // ORDER: it lasts before anybody hears of it, who may remove something because of it.
        sync();
        (moved ? happened : undone).run();
    }

    private void sync() {
        // ORDER: the directory that gains the name first: whatever a crash leaves, it is never no name at all.
        files.syncDirectory(to.getParent());
        if (!from.getParent().equals(to.getParent())) {
            files.syncDirectory(from.getParent());
        }
    }

    boolean isAbout(VolumeName name) {
        return names.contains(name);
    }

    /** What a call fails with that depends on it while it is unclear. */
    EngineException.DeviceFailed unknown() {
        EngineException why = Objects.requireNonNull(failure);
        return new EngineException.DeviceFailed(
                "looking for '" + from.getFileName() + "', whose move to " + to
                        + " failed and could not be taken back,",
                why instanceof EngineException.DeviceFailed device ? device.errno() : 0,
                why);
    }
}
