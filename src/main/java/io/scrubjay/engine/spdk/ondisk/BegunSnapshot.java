// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A snapshot that SPDK has recorded as begun, but without its clusters. If SPDK (26.05) fails to write these, and the
 * volume has a parent, SPDK frees the memory through which the volume reads its parent, and continues to use it: the
 * next read or write crashes, or accesses the data of others. Stateless. Blocks for the device.
 */
public final class BegunSnapshot {
    private BegunSnapshot() {}

    /**
     * Whether there is one of this name; also {@code true} if that cannot be found out. A begun snapshot that could not
     * be opened again looks the same, and so does one of a volume that has no clusters of its own.
     *
     * @param medium the medium with its metadata
     */
    public static boolean isThere(Medium medium, String name) {
        try {
            return SuperBlock.read(medium)
                    .map(store -> isThere(new MetadataRegion(medium, store), name))
                    .orElse(true);
        } catch (EngineException.DeviceFailed unknown) {
            return true;
        }
    }

    private static boolean isThere(MetadataRegion region, String name) {
        AtomicBoolean found = new AtomicBoolean();
        region.forEach(
                0,
                (page, number) -> {
                    if (page.isFirst(number)
                            && UnfinishedSnapshots.isMarked(page)
                            && StoredBlob.nameOn(page).equals(Optional.of(name))
                            && isEmpty(region, number)) {
                        found.set(true);
                    }
                },
                (failure, number) -> found.set(true));
        return found.get();
    }

    private static boolean isEmpty(MetadataRegion region, long firstPage) {
        return StoredBlob.read(region, firstPage)
                .map(blob -> blob.extentPagesInUse().findAny().isEmpty())
                .orElse(true);
    }
}
