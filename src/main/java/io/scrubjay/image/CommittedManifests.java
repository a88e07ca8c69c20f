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
 * The manifests of committed images, with a cache of those that were used last: a client that reads a disk in small
 * ranges must not cause a manifest to be read for each range. A manifest never changes, so the cache is never out of
 * date.
 *
 * <p>Thread-safe. {@link #of(Image)} blocks for the device and is for workers.
 */
public final class CommittedManifests {
    /** The most memory that a manifest without leaves takes in the cache, including its entry. */
    private static final int MANIFEST_BYTES = 1024;

    private final Function<ImageId, Manifest> store;
    private final long bytesMax;
    private final LinkedHashMap<ImageId, Manifest> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes;

    /**
     * @param store reads a manifest from the medium
     * @param bytesMax the most memory that all cached manifests may take together; a larger manifest is read each time
     */
    public CommittedManifests(Function<ImageId, Manifest> store, long bytesMax) {
        this.store = store;
        this.bytesMax = bytesMax;
    }

    /**
     * The manifest of a committed image, even if the image is quarantined.
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

    /** The manifest, or empty when there is none or it cannot be read now. */
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
        // Two callers that miss the cache at the same time both read the manifest: that is harmless, and no lock is
        // held while the device works.
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
