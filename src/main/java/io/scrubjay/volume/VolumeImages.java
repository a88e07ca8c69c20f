// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.Digest;
import io.scrubjay.engine.Settling;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.Admission;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes images from volumes and snapshots: admits them up to a limit, and ends them when it is closed. Where the engine
 * shares clusters, nothing is copied.
 *
 * <p>INVARIANT I-3: an image exists from the commit of its manifest on. Anything of it that is in the pool before that
 * is a leftover.
 *
 * <p>Thread-safe; blocks for the device; for workers.
 */
public final class VolumeImages implements AutoCloseable {
    /** Each image that is being made reads and hashes with its own buffers. */
    private static final int AT_ONCE_MAX = 4;

    private static final long KEEP_ALIVE_SECONDS = 10;

    private final CommittedManifests committed;
    private final SnapshotLeaves leaves;
    private final ExecutorService workers = VolumeThreads.workers("scrubjay-volume-hash-");
    private final ImageMaking.Tools tools;
    private final Admission admission = new Admission(AT_ONCE_MAX);
    private final ConcurrentHashMap<Image, ImageMaking> running = new ConcurrentHashMap<>();
    // The admission limits them.
    private final ExecutorService coordinators = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEEP_ALIVE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            VolumeThreads.named("scrubjay-volume-image-"));

    public VolumeImages(
            StorageEngine engine,
            ManifestStore manifests,
            CommittedManifests committed,
            ImageCatalog images,
            InstantSource clock) {
        this.committed = committed;
        this.leaves = new SnapshotLeaves(engine, images, committed);
        this.tools = new ImageMaking.Tools(engine, manifests, images, workers, clock, new Settling());
    }

    /**
     * Begins to make an image from a volume: with its bytes as they are when this returns, including every write that
     * completed before the call. Writes to the volume go on, and it may be deleted.
     *
     * @param expectedContent a content digest; when the bytes have another one, the image fails with {@code
     *     digest-mismatch}
     * @return the image, which is {@code sealing}, and will be {@code ready} or {@code failed}; its bytes are durable,
     *     the image is not before it is ready
     * @throws RefusedException {@code image-exists}, {@code volume-in-use}, {@code busy}, {@code pool-full}, {@code
     *     unreadable}, {@code device-failed}; nothing of the image remains
     */
    public Image begin(ResourceName name, NamedVolume volume, Optional<Digest> expectedContent) {
        return begin(name, new VolumeSource(tools.engine(), tools.manifests(), leaves, volume), expectedContent);
    }

    /**
     * Begins to make an image from a snapshot, which cannot be deleted before the image is.
     *
     * @param snapshot of a volume
     * @param expectedContent as above
     * @return as above
     * @throws RefusedException {@code image-exists}, {@code image-not-ready}, {@code image-quarantined}, {@code busy},
     *     {@code pool-full}, {@code unreadable}, {@code device-failed}; nothing of the image remains
     */
    public Image begin(ResourceName name, Image snapshot, Optional<Digest> expectedContent) {
        return begin(name, new SnapshotSource(tools.engine(), tools.manifests(), committed, snapshot), expectedContent);
    }

    private Image begin(ResourceName name, SourceOfImage source, Optional<Digest> expectedContent) {
        Image image = Image.pending(name, tools.clock().instant(), OptionalLong.empty(), Optional.empty());
        image.comesFrom(source.shown());
        Admission.Slot slot = admission.enter(VolumeImages::busy);
        ImageMaking making = new ImageMaking(tools, source, image, expectedContent);
        // ORDER: before others can find the image, so that they can cancel it.
        running.put(image, making);
        try {
            tools.images().claim(image);
            slot.stopBy(() -> making.cancel(stopping()));
            finishLater(making, making.fix(), slot);
            return image;
        } catch (RuntimeException | Error refused) {
            end(making, slot);
            throw refused;
        }
    }

    private void finishLater(ImageMaking making, SourceOfImage.Fixed fixed, Admission.Slot slot) {
        try {
            coordinators.execute(() -> {
                making.finish(fixed);
                end(making, slot);
            });
        } catch (RejectedExecutionException closed) {
            making.forget();
            throw stopping();
        }
    }

    private void end(ImageMaking making, Admission.Slot slot) {
        // ORDER: the slot is free before anybody is told of the end, so that the next request finds it free.
        running.remove(making.image());
        slot.close();
        making.end();
    }

    private static RefusedException busy(Admission.Denial denial) {
        return switch (denial) {
            case FULL ->
                new RefusedException(
                        Refusal.BUSY,
                        "too many images are being made from volumes and snapshots (limit " + AT_ONCE_MAX
                                + "); try again later");
            case REFUSING -> stopping();
        };
    }

    private static RefusedException stopping() {
        return new RefusedException(Refusal.BUSY, "the agent is stopping");
    }

    /**
     * Cancels the making of an image, and waits until nothing of it is left.
     *
     * @return whether it was being made here; it may have become ready at the last moment
     */
    public boolean cancel(Image image) {
        ImageMaking making = running.get(image);
        if (making == null) {
            return false;
        }
        making.cancel(new RefusedException(Refusal.CANCELLED, "the request was cancelled by deleting its image"));
        making.awaitEnd();
        return true;
    }

    /** The limit on images being made, for stopping the agent. */
    public Admission admission() {
        return admission;
    }

    /** Ends the making of all images, and waits until nothing of them is left. */
    @Override
    public void close() {
        admission.stop();
        admission.ended().join();
        coordinators.shutdown();
        workers.shutdown();
        leaves.close();
        tools.settling().close();
    }
}
