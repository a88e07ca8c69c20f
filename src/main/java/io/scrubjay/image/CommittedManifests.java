// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.engine.EngineException;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The manifests of committed images, the latest used ones kept: a client that reads a disk in small ranges must not cost
 * a manifest read each. A manifest never changes, so nothing kept is ever out of date.
 *
 * <p>Thread-safe. {@link #of(Image)} blocks for the device and is for workers.
 */
public final class CommittedManifests {
    /** What a manifest without a leaf takes at most, entry and all. */
    private static final int MANIFEST_BYTES = 1024;

    private final Function<ImageId, Manifest> store;
    private final long bytesMax;
    private final LinkedHashMap<ImageId, Manifest> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes;

    /**
     * @param store reads a manifest from the medium
     * @param bytesMax how much memory those that are kept take in all; a manifest that takes more is read each time
     */
    public CommittedManifests(Function<ImageId, Manifest> store, long bytesMax) {
        this.store = store;
        this.bytesMax = bytesMax;
    }

    /**
     * The manifest of a committed image; quarantine is no obstacle.
     *
     * @throws RefusedException {@code image-not-ready}, {@code unreadable} when it is damaged or missing, {@code device-failed}
     */
    public Manifest of(Image image) {
        try (Lease<Image> lease = image.leaseForScrub()) {
            return of(lease);
        }
    }

    /**
     * The manifest of an image that cannot be deleted meanwhile.
     *
     * @throws RefusedException {@code unreadable} when it is damaged or missing, {@code device-failed}
     */
    Manifest of(Lease<Image> lease) {
        try {
            return get(lease.leased().id());
        } catch (EngineException failure) {
            throw RefusedException.because(failure);
        } catch (ManifestDamaged damaged) {
            throw new RefusedException(
                    Refusal.UNREADABLE,
                    "the agent cannot read the manifest of " + lease.leased() + ": " + damaged.what()
                            + ". Restore it in the pool and restart the agent",
                    damaged);
        }
    }

    /** A manifest as far as it can be read now: empty when it cannot, or when there is none. */
    Optional<Manifest> readable(ImageId id) {
        try {
            return Optional.of(get(id));
        } catch (EngineException | ManifestDamaged unreadable) {
            return Optional.empty();
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

    /** INVARIANT I-7: images of zeroes have no leaves, and there may be any number of them. */
    private synchronized void keep(Manifest manifest) {
        if (bytes(manifest) > bytesMax || kept.putIfAbsent(manifest.id(), manifest) != null) {
            return;
        }
        keptBytes += bytes(manifest);
        Iterator<Map.Entry<ImageId, Manifest>> oldest = kept.entrySet().iterator();
        while (keptBytes > bytesMax) {
            keptBytes -= bytes(oldest.next().getValue());
            oldest.remove();
        }
    }

    private static long bytes(Manifest manifest) {
        return MANIFEST_BYTES + manifest.leaves().memoryBytes();
    }
}
