// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.engine.EngineException;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestDamaged;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The manifests of committed images, the latest used ones kept: a client that reads a disk in small ranges must not cost
 * a manifest read each. A manifest never changes, so nothing kept is ever out of date.
 *
 * <p>Thread-safe. {@link #of(Image)} blocks for the device and is for workers.
 */
public final class CommittedManifests {
    private final Function<ImageId, Manifest> store;
    private final long leavesMax;
    private final LinkedHashMap<ImageId, Manifest> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long leaves;

    /**
     * @param store reads a manifest from the medium
     * @param leavesMax how many leaves are kept in all; a manifest with more is read each time
     */
    public CommittedManifests(Function<ImageId, Manifest> store, long leavesMax) {
        this.store = store;
        this.leavesMax = leavesMax;
    }

    /**
     * The manifest of a committed image; quarantine is no obstacle.
     *
     * @throws RefusedException {@code image-not-ready}, {@code device-failed}
     */
    public Manifest of(Image image) {
        try (ReadLease lease = image.leaseForScrub()) {
            return of(lease);
        }
    }

    /**
     * The manifest of an image that cannot be deleted meanwhile.
     *
     * @throws RefusedException {@code device-failed}
     */
    Manifest of(ReadLease lease) {
        try {
            return get(lease.image().id());
        } catch (EngineException failure) {
            throw RefusedException.because(failure);
        } catch (ManifestDamaged damaged) {
            throw new RefusedException(
                    Refusal.DEVICE_FAILED,
                    "the manifest of " + lease.image() + " cannot be read: " + damaged.what(),
                    damaged);
        }
    }

    private Manifest get(ImageId id) {
        Manifest known = find(id);
        if (known != null) {
            return known;
        }
        // Two that miss at once both read: harmless, and nobody holds a lock while the device works.
        Manifest read = store.apply(id);
        keep(read);
        return read;
    }

    private synchronized Manifest find(ImageId id) {
        return kept.get(id);
    }

    private synchronized void keep(Manifest manifest) {
        if (manifest.leaves().count() > leavesMax || kept.putIfAbsent(manifest.id(), manifest) != null) {
            return;
        }
        leaves += manifest.leaves().count();
        Iterator<Map.Entry<ImageId, Manifest>> oldest = kept.entrySet().iterator();
        while (leaves > leavesMax) {
            leaves -= oldest.next().getValue().leaves().count();
            oldest.remove();
        }
    }
}
