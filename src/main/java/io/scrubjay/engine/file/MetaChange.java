// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;

import java.util.function.Consumer;

/**
 * One replacement of a volume's meta file. While the result is unknown, nobody can tell which of the two versions a
 * crash would leave.
 */
final class MetaChange extends LastingChange {
    private final DurableFiles files;
    private final VolumeDirectory directory;
    private final VolumeName name;
    private final VolumeMeta before;
    private final VolumeMeta after;
    private final Consumer<VolumeMeta> known;

    /**
     * @param known receives the meta that is in force: the one on the medium or, while that is unknown, one that does
     *     no harm
     */
    MetaChange(
            DurableFiles files,
            VolumeDirectory directory,
            VolumeName name,
            VolumeMeta before,
            VolumeMeta after,
            Consumer<VolumeMeta> known) {
        this.files = files;
        this.directory = directory;
        this.name = name;
        this.before = before;
        this.after = after;
        this.known = known;
    }

    @Override
    void attempt() {
        files.replace(directory.current(), after.encode(name));
    }

    @Override
    void takeBack() {
        // If the rename has not happened, nothing has changed that a start reads.
        if (isReplaced()) {
            files.replace(directory.current(), before.encode(name));
        }
    }

    @Override
    boolean settle() {
        boolean replaced = isReplaced();
        files.syncDirectory(directory.path());
        return replaced;
    }

    private boolean isReplaced() {
        VolumeMeta stored;
        try {
            stored = directory.written().meta();
        } catch (DamagedException damaged) {
            throw new DeviceFailed(call(), damaged.errno(), damaged);
        }
        if (!stored.equals(after) && !stored.equals(before)) {
            // Another program has written this file.
            throw new DeviceFailed(call(), 0);
        }
        return stored.equals(after);
    }

    @Override
    void happened() {
        known.accept(after);
    }

    @Override
    void undone() {
        known.accept(before);
    }

    /**
     * If the volume may have become thick, open handles treat it as thick, and so punch no holes. Otherwise the volume
     * keeps its previous meta.
     */
    @Override
    void inDoubt() {
        known.accept(after.provisioning() == Provisioning.THICK ? before.thick() : before);
    }

    @Override
    boolean isAbout(VolumeName volume) {
        return name.equals(volume);
    }

    @Override
    boolean mayMove(VolumeName volume) {
        return false;
    }

    @Override
    String call() {
        return "reading the meta of '" + name + "', whose change failed and could not be undone,";
    }
}
