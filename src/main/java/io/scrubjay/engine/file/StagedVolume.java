// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.VolumeName;

import java.util.Set;
import java.util.function.Consumer;

/**
 * A volume that is being created: complete and durable in {@code staging}, but not visible to anybody yet. Confined to
 * the thread that creates it. Closing removes it unless {@link #place} was called.
 */
final class StagedVolume implements AutoCloseable {
    private final PoolDirectory pool;
    private final VolumeName name;
    private final VolumeDirectory directory;
    private boolean placed;

    private StagedVolume(PoolDirectory pool, VolumeName name, VolumeDirectory directory) {
        this.pool = pool;
        this.name = name;
        this.directory = directory;
    }

    /**
     * @param fill gives the empty data file its length and its bytes
     */
    static StagedVolume build(PoolDirectory pool, VolumeName name, VolumeMeta meta, Consumer<DataFile> fill) {
        StagedVolume staged = new StagedVolume(pool, name, pool.staging(meta.id()));
        try {
            pool.files().makeDirectory(staged.directory.path());
            try (DataFile data = DataFile.create(staged.directory.data(), name.value(), pool.space())) {
                fill.accept(data);
                data.sync();
            }
            pool.files().write(staged.directory.meta(), meta.encode(name));
            pool.files().syncDirectory(staged.directory.path());
            return staged;
        } catch (RuntimeException | Error failed) {
            staged.close();
            throw failed;
        }
    }

    /**
     * Moves the volume to its place under its name, in one durable step.
     *
     * @param then runs when the volume has its name
     */
    void place(Catalog catalog, Runnable then) {
        // Even after a failure the volume may get its name, so nothing may be removed before the result is known.
        placed = true;
        // ORDER: build has synced everything that belongs to the volume; the rename is the commit.
        new Move(
                        pool.files(),
                        directory.path(),
                        pool.volume(name).path(),
                        Set.of(name),
                        then,
                        () -> pool.remnants().remove(directory.path()))
                .make(catalog);
    }

    @Override
    public void close() {
        if (!placed) {
            pool.remnants().remove(directory.path());
        }
    }
}
