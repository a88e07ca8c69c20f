// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;

import java.util.function.Consumer;

/** One replacement of a volume's meta file; in doubt, nobody can tell whether it says what it said before. */
final class MetaChange extends LastingChange {
    private final DurableFiles files;
    private final VolumeDirectory directory;
    private final VolumeName name;
    private final VolumeMeta before;
    private final VolumeMeta after;
    private final Consumer<VolumeMeta> known;

    /** @param known is told which of the two is in force: what the medium says, or in doubt what does no harm */
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
        // Whatever failed before the rename has changed nothing that a start reads.
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
            // Somebody else has written it.
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

    /** A volume that may be thick is given no holes through the handles it has; otherwise nothing new is made use of. */
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
        return "telling what '" + name + "' is, whose change failed and could not be taken back,";
    }
}
