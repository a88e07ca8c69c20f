// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes volumes: beside the others first, and in one step at their place. The caller has their names locked. Thread-safe. */
final class NewVolumes {
    private final PoolDirectory pool;
    private final Catalog catalog;
    private final DataCopy copy;
    private final Supplier<Traffic> traffic;

    /** @param traffic what I/O of a volume passes, new for each */
    NewVolumes(PoolDirectory pool, Catalog catalog, DataCopy copy, Supplier<Traffic> traffic) {
        this.pool = pool;
        this.catalog = catalog;
        this.copy = copy;
        this.traffic = traffic;
    }

    /** What the catalog has of a volume. */
    PoolVolume stored(VolumeName name, VolumeMeta meta) {
        return new PoolVolume(pool, traffic.get(), name, meta);
    }

    /**
     * Makes a volume.
     *
     * @param fill gives the empty data file its length and its bytes
     */
    VolumeSummary make(VolumeName name, VolumeMeta meta, Consumer<DataFile> fill) {
        requireFree(name);
        try (StagedVolume staged = StagedVolume.build(pool, name, meta, fill)) {
            return placed(staged, name, meta);
        }
    }

    /** Makes a volume that reads as another. */
    VolumeSummary copyOf(PoolVolume source, VolumeName name, VolumeMeta meta) {
        return source.withData(Access.VERIFY, from -> make(name, meta, to -> copy.fill(to, from, meta.sizeBytes())));
    }

    /** Gives a volume its name, and puts it into the catalog. */
    VolumeSummary placed(StagedVolume staged, VolumeName name, VolumeMeta meta) {
        PoolVolume stored = stored(name, meta);
        staged.place(catalog, () -> catalog.add(stored));
        return catalog.summary(stored);
    }

    /** A copy of a volume as it is at one moment. */
    StagedVolume frozen(PoolVolume stored, VolumeName snapshot, VolumeMeta meta) {
        return stored.traffic()
                .holdingChanges(() -> stored.withData(
                        Access.VERIFY,
                        from -> StagedVolume.build(pool, snapshot, meta, to -> copy.fill(to, from, meta.sizeBytes()))));
    }

    /**
     * Nor may there be a directory that somebody else has made since the pool was opened.
     *
     * @throws EngineException.VolumeExists when the name is taken
     */
    void requireFree(VolumeName name) {
        if (catalog.hasName(name) || DurableFiles.exists(pool.volume(name).path())) {
            throw new EngineException.VolumeExists(name);
        }
    }
}
