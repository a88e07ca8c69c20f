package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineTraits.CloneCost;

import java.nio.file.Path;
import java.util.UUID;

/**
 * What the file system below a pool can do, as found out by trying. Immutable.
 *
 * @param cloneCost whether files can share blocks
 * @param direct whether there is a way around the page cache
 */
record Probe(CloneCost cloneCost, boolean direct) {
    static Probe of(PoolDirectory pool) {
        Path directory = pool.staging(UUID.randomUUID()).path();
        pool.files().makeDirectory(directory);
        try (DataFile from = DataFile.create(directory.resolve("from"), "the probe", pool.space());
                DataFile to = DataFile.create(directory.resolve("to"), "the probe", pool.space())) {
            // A hole is enough for an answer, and a full pool can be opened too.
            from.truncate(AlignedBuffer.ALIGNMENT_BYTES);
            return new Probe(to.reflink(from) ? CloneCost.SHARED : CloneCost.COPIED, to.isDirect());
        } finally {
            pool.files().discard(directory);
        }
    }
}
