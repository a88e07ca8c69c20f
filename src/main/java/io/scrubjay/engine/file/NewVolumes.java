// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Creates volumes: builds each one in {@code staging}, then moves it to its place in one step. The caller holds the
 * locks of their names. Thread-safe.
 */
final class NewVolumes {
    private final PoolDirectory pool;
    private final Catalog catalog;
    private final DataCopy copy;
    private final Supplier<Traffic> traffic;

    /** @param traffic makes the {@link Traffic} of a volume; called once for each volume */
    NewVolumes(PoolDirectory pool, Catalog catalog, DataCopy copy, Supplier<Traffic> traffic) {
        this.pool = pool;
        this.catalog = catalog;
        this.copy = copy;
        this.traffic = traffic;
    }

    /** The object for a volume, as the catalog keeps it. */
    PoolVolume stored(VolumeName name, VolumeMeta meta) {
        return new PoolVolume(pool, traffic.get(), name, meta);
    }

    /**
     * Creates a volume.
     *
     * @param fill gives the empty data file its length and its bytes
     */
    VolumeSummary make(VolumeName name, VolumeMeta meta, Consumer<DataFile> fill) {
        requireFree(name);
        try (StagedVolume staged = StagedVolume.build(pool, name, meta, fill)) {
            return placed(staged, name, meta);
        }
    }

    /** Creates a volume with the same bytes as another. */
    VolumeSummary copyOf(PoolVolume source, VolumeName name, VolumeMeta meta) {
        return source.withData(Access.VERIFY, from -> make(name, meta, to -> copy.fill(to, from, meta.sizeBytes())));
    }

    /** Moves a volume to its place under its name, and adds it to the catalog. */
    VolumeSummary placed(StagedVolume staged, VolumeName name, VolumeMeta meta) {
        PoolVolume stored = stored(name, meta);
        staged.place(catalog, () -> catalog.add(stored));
        return catalog.summary(stored);
    }

    /** Builds a copy of a volume as it is at one moment, holding off changes meanwhile. */
    StagedVolume frozen(PoolVolume stored, VolumeName snapshot, VolumeMeta meta) {
        return stored.traffic()
                .holdingChanges(() -> stored.withData(
                        Access.VERIFY,
                        from -> StagedVolume.build(pool, snapshot, meta, to -> copy.fill(to, from, meta.sizeBytes()))));
    }

    /**
     * Makes sure that no volume has this name, not even as a directory that somebody else has created since the pool
     * was opened.
     *
     * @throws EngineException.VolumeExists when the name is taken
     */
    void requireFree(VolumeName name) {
        if (catalog.hasName(name) || DurableFiles.exists(pool.volume(name).path())) {
            throw new EngineException.VolumeExists(name);
        }
    }
}
