// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.Provisioning;

/** What a volume's data file takes of the file system: length and blocks. Thread-safe. */
final class Room {
    private final PoolSpace space;
    private final CloneCost cloneCost;

    /** @param cloneCost whether the file system shares blocks */
    Room(PoolSpace space, CloneCost cloneCost) {
        this.space = space;
        this.cloneCost = cloneCost;
    }

    /** Gives a file that was just made what it is to have. */
    static void begin(DataFile data, VolumeMeta meta) {
        data.truncate(meta.sizeBytes());
        if (meta.provisioning() == Provisioning.THICK) {
            data.allocate(0, meta.sizeBytes());
        }
    }

    /** Makes it longer; durable when this returns. */
    static boolean grow(DataFile data, VolumeMeta meta, long sizeBytes) {
        if (data.length() > meta.sizeBytes()) {
            // What a crash has left of a cut must not come back as the new part.
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

    /** A file system gives all blocks it has before it fails. Blocks that are shared are not counted: they may not be needed. */
    void require(long neededBytes) {
        long usableBytes = space.usableBytes();
        if (neededBytes > usableBytes) {
            throw new EngineException.NoSpace(neededBytes, usableBytes);
        }
    }

    /** Gives it every block of its own; durable when this returns. */
    boolean fillUp(DataFile data, long sizeBytes) {
        if (cloneCost == CloneCost.SHARED) {
            data.unshare(0, sizeBytes);
        }
        data.allocate(0, sizeBytes);
        data.sync();
        return true;
    }
}
