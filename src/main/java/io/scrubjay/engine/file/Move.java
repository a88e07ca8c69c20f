// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.VolumeName;

import java.nio.file.Path;
import java.util.Set;

/** One rename of a volume's directory; in doubt, nobody can tell which of its two names the volume has. */
final class Move extends LastingChange {
    private final DurableFiles files;
    private final Path from;
    private final Path to;
    private final Set<VolumeName> names;
    private final Runnable happened;
    private final Runnable undone;

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
        // ORDER: the directory that gains the name first: whatever a crash leaves, it is never no name at all.
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

    /** The catalog goes on with the old name, of which it tells nobody. */
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
        return "looking for '" + from.getFileName() + "', whose move to " + to + " failed and could not be taken back,";
    }
}
