// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ManifestStore;

import java.util.List;
import java.util.stream.Stream;

/**
 * Everything in the pool that cannot be read, whether this was found at startup, by a scrub or just now. Immutable and
 * thread-safe; blocks for the device; for workers.
 */
public final class UnreadableNow {
    private final StorageEngine engine;
    private final ManifestStore manifests;
    private final ImageCatalog images;
    private final Volumes volumes;

    public UnreadableNow(StorageEngine engine, ManifestStore manifests, ImageCatalog images, Volumes volumes) {
        this.engine = engine;
        this.manifests = manifests;
        this.images = images;
        this.volumes = volumes;
    }

    /**
     * Everything that cannot be read or is missing, each named once: things that the engine could not read when it
     * opened the pool, volumes that have lost data since, missing records, and invalid manifests and labels.
     */
    public List<Unreadable> list() {
        return Stream.of(
                        engine.unreadable(),
                        engine.incomplete(),
                        manifests.missing(),
                        images.unreadable(),
                        volumes.damagedLabels())
                .flatMap(List::stream)
                .toList();
    }
}
