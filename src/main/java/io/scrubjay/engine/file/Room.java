// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.Provisioning;

/** Gives a volume's data file its length and blocks. Thread-safe. */
final class Room {
    private final PoolSpace space;
    private final CloneCost cloneCost;

    /** @param cloneCost whether the file system shares blocks */
    Room(PoolSpace space, CloneCost cloneCost) {
        this.space = space;
        this.cloneCost = cloneCost;
    }

    /** Gives a new data file its length and, for a thick volume, its blocks. */
    static void begin(DataFile data, VolumeMeta meta) {
        data.truncate(meta.sizeBytes());
        if (meta.provisioning() == Provisioning.THICK) {
            data.allocate(0, meta.sizeBytes());
        }
    }

    /** Makes the data file longer; durable when this returns. */
    static boolean grow(DataFile data, VolumeMeta meta, long sizeBytes) {
        if (data.length() > meta.sizeBytes()) {
            // Data that a crash has left beyond the size of the volume must not appear in the new part.
            data.truncate(meta.sizeBytes());
        }
        if (meta.provisioning() == Provisioning.THICK) {
            try {
                data.allocate(meta.sizeBytes(), sizeBytes - meta.sizeBytes());
            } catch (EngineException failed) {
                data.truncate(meta.sizeBytes());
                throw failed;
            }
        }
        data.truncate(sizeBytes);
        data.sync();
        return true;
    }

    /**
     * Makes sure that there is enough space before any block is allocated: a file system allocates all free blocks
     * before it fails. Shared blocks are not counted, since they may not need copies.
     *
     * @throws EngineException.NoSpace when there is not enough
     */
    void require(long neededBytes) {
        long usableBytes = space.usableBytes();
        if (neededBytes > usableBytes) {
            throw new EngineException.NoSpace(neededBytes, usableBytes);
        }
    }

    /** Gives the data file all of its blocks, none of them shared; durable when this returns. */
    boolean fillUp(DataFile data, long sizeBytes) {
        if (cloneCost == CloneCost.SHARED) {
            data.unshare(0, sizeBytes);
        }
        data.allocate(0, sizeBytes);
        data.sync();
        return true;
    }
}
