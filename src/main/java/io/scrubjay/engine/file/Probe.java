// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineTraits.CloneCost;

import java.lang.System.Logger.Level;
import java.nio.file.Path;

/**
 * The abilities of the file system below a pool, found by trying them. Immutable.
 *
 * @param cloneCost whether files can share blocks
 * @param direct whether reads and writes can bypass the page cache
 * @param holes whether the file system reports which parts of a file hold data; otherwise all of a file counts as data
 */
record Probe(CloneCost cloneCost, boolean direct, boolean holes) {
    private static final System.Logger LOG = System.getLogger(Probe.class.getName());

    static Probe of(PoolDirectory pool) {
        // Both files are empty: there is room for them on nearly every full file system, and a full pool must open too.
        Path from = pool.stagingFile("probe-from");
        Path to = pool.stagingFile("probe-to");
        try (DataFile source = DataFile.create(from, "the probe", pool.space());
                DataFile target = DataFile.create(to, "the probe", pool.space())) {
            source.truncate(AlignedBuffer.ALIGNMENT_BYTES);
            boolean holes = source.nextData(0).isEmpty();
            if (!holes) {
                LOG.log(
                        Level.WARNING,
                        "the file system of {0} cannot tell holes from data, so scrubs and copies read whole volumes",
                        to.getParent());
            }
            return new Probe(target.reflink(source) ? CloneCost.SHARED : CloneCost.COPIED, target.isDirect(), holes);
        } catch (EngineException.NoSpace full) {
            LOG.log(
                    Level.WARNING,
                    "the pool is too full to test whether files can share blocks in {0}, so clones are full copies"
                            + " until a restart with free space",
                    to);
            return new Probe(CloneCost.COPIED, false, true);
        } finally {
            pool.files().discard(from);
            pool.files().discard(to);
        }
    }
}
