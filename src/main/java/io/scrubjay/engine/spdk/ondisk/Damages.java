// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Collects which pages of a store's metadata are damaged, how, and which volume they belong to. Confined to one thread;
 * blocks for the device.
 */
final class Damages {
    private static final int NAMED_MAX = 5;

    private final MetadataRegion region;
    private final VolumeBeginnings beginnings;
    private final Map<Long, String> byPage = new TreeMap<>();

    Damages(MetadataRegion region) {
        this.region = region;
        this.beginnings = new VolumeBeginnings(region);
    }

    boolean isNone() {
        return byPage.isEmpty();
    }

    /** Adds a damage; a later one of the same page replaces it, since it says more. */
    void add(DamagedMetadata damage, String owner) {
        byPage.put(damage.page(), region.place(damage.page()) + " " + damage.reason() + owner);
    }

    /**
     * The refusal to open the store, for an administrator.
     *
     * @param store the damaged store, as the beginning of a sentence
     * @param wrongList why its list of what is in use cannot be trusted
     */
    EngineException.PoolUnusable refusal(String store, Optional<String> wrongList) {
        String pages = byPage.values().stream().limit(NAMED_MAX).collect(Collectors.joining("; "));
        int more = byPage.size() - NAMED_MAX;
        return new EngineException.PoolUnusable(
                store + " has damaged metadata: "
                        + wrongList.map(wrong -> wrong + "; ").orElse("") + pages
                        + (more > 0 ? "; and " + more + " pages more" : ""),
                "nothing was changed: copy the device, then put these pages back from a backup, or give up the"
                        + " volumes they belong to (runbook: Something in the pool cannot be read)",
                Optional.empty());
    }

    /** The volume that begins with a page, in words. */
    String volumeAt(long firstPage) {
        return "the volume"
                + beginnings.nameOn(firstPage).map(name -> " '" + name + "'").orElse("") + " that begins with "
                + region.place(firstPage);
    }
}
