// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.VolumeName;

import java.nio.file.Path;
import java.util.Set;

/**
 * One rename of a volume's directory. While the result is unknown, nobody can tell which of the two names the volume
 * has.
 */
final class Move extends LastingChange {
    private final DurableFiles files;
    private final Path from;
    private final Path to;
    private final Set<VolumeName> names;
    private final Runnable happened;
    private final Runnable undone;

    /**
     * @param names the names of volumes that this move adds or removes
     * @param happened updates the state in memory when the move is durable; makes no device call that could fail
     * @param undone updates the state in memory when the move has not happened
     */
    Move(DurableFiles files, Path from, Path to, Set<VolumeName> names, Runnable happened, Runnable undone) {
        this.files = files;
        this.from = from;
        this.to = to;
        this.names = Set.copyOf(names);
        this.happened = happened;
        this.undone = undone;
    }

    @Override
    void attempt() {
        files.rename(from, to);
        sync();
    }

    @Override
    void takeBack() {
        if (!DurableFiles.exists(from)) {
            files.rename(to, from);
            sync();
        }
    }

    @Override
    boolean settle() {
        boolean stays = DurableFiles.exists(from);
        boolean moved = !stays && DurableFiles.exists(to);
        sync();
        return moved;
    }

    private void sync() {
        // ORDER: sync the directory that gets the name first, so that no crash leaves the volume without any name.
        files.syncDirectory(to.getParent());
        if (!from.getParent().equals(to.getParent())) {
            files.syncDirectory(from.getParent());
        }
    }

    @Override
    void happened() {
        happened.run();
    }

    @Override
    void undone() {
        undone.run();
    }

    /** The catalog keeps the old name; calls about these names fail meanwhile. */
    @Override
    void inDoubt() {}

    @Override
    boolean isAbout(VolumeName name) {
        return names.contains(name);
    }

    @Override
    boolean mayMove(VolumeName name) {
        return isAbout(name);
    }

    @Override
    String call() {
        return "looking for '" + from.getFileName() + "', whose move to " + to + " failed and could not be undone,";
    }
}
