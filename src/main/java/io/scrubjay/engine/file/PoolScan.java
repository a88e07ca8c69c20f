package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.VolumeName;

import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * Finds the volumes of a pool that has just been opened. What cannot be understood is left out with a warning, and left
 * as it is. Confined to the thread that opens.
 */
final class PoolScan {
    private static final System.Logger LOG = System.getLogger(PoolScan.class.getName());

    private final PoolDirectory pool;
    private final ClusterSize clusterSize;

    PoolScan(PoolDirectory pool) {
        this.pool = pool;
        this.clusterSize = pool.format().clusterSize();
    }

    /** Reports each volume that is whole, in the order of names. */
    void run(BiConsumer<VolumeName, VolumeMeta> found) {
        for (Path entry : PoolDirectory.entries(pool.volumes())) {
            try {
                VolumeName name = name(entry);
                VolumeMeta meta = pool.volume(name).recover(pool.files());
                if (!clusterSize.isAligned(meta.sizeBytes())) {
                    throw new DamagedException("its size is not a multiple of " + clusterSize);
                }
                found.accept(name, meta);
            } catch (DamagedException damaged) {
                LOG.log(Level.WARNING, "left out, and left as it is: " + entry + ": " + damaged.getMessage());
            }
        }
    }

    private static VolumeName name(Path entry) throws DamagedException {
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            throw new DamagedException("it is no directory");
        }
        try {
            return new VolumeName(entry.getFileName().toString());
        } catch (IllegalArgumentException illegal) {
            throw new DamagedException("its name is not a volume's", illegal);
        }
    }
}
