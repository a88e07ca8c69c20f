// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A snapshot of which SPDK has written that it is being made, and not yet what it holds. Where SPDK (26.05) fails to write
 * the latter, and the volume has a parent, it frees what the volume reads its parent by, and goes on using that: the next
 * read or write crashes, or reaches somebody else's bytes. Stateless. Blocks for the device.
 */
public final class BegunSnapshot {
    private BegunSnapshot() {}

    /**
     * Whether there is one of this name; also where that cannot be told. One that could not be opened again looks the same, and
     * so does one of a volume that has nothing of its own.
     *
     * @param medium where its metadata is
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
