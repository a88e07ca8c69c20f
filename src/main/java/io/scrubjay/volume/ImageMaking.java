// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.Digest;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Settling;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LogEvent;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Draft;
import io.scrubjay.seal.SealListener;
import io.scrubjay.seal.SealStep;
import io.scrubjay.seal.Sealer;
import io.scrubjay.seal.Sealing;
import org.jboss.logging.Logger;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes one image from a volume or snapshot, and leaves nothing behind if that fails. {@link #fix} and {@link #finish}
 * are called one after the other, and wait for the device; the other methods are for any thread.
 */
final class ImageMaking {
    private static final Logger LOG = Logger.getLogger(ImageMaking.class);
    private static final int READ_BACK_DEPTH = 4;

    /**
     * The objects that all images being made share.
     *
     * @param workers hash what is read back
     */
    record Tools(
            StorageEngine engine,
            ManifestStore manifests,
            ImageCatalog images,
            Executor workers,
            InstantSource clock,
            Settling settling) {}

    private final Tools tools;
    private final SourceOfImage source;
    private final Image image;
    private final Optional<Digest> expectedContent;
    private final AtomicReference<RefusedException> withdrawn = new AtomicReference<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /**
     * @param image has its name already
     * @param expectedContent the content digest that the client gave
     */
    ImageMaking(Tools tools, SourceOfImage source, Image image, Optional<Digest> expectedContent) {
        this.tools = tools;
        this.source = source;
        this.image = image;
        this.expectedContent = expectedContent;
    }

    Image image() {
        return image;
    }

    /** Makes it fail, with this reason; it may become ready nevertheless, at the last moment. */
    void cancel(RefusedException why) {
        withdrawn.compareAndSet(null, why);
    }

    /** Records that its owner has forgotten it, after it has become ready or has failed. */
    void end() {
        ended.complete(null);
    }

    /** Waits for {@link #end}. */
    void awaitEnd() {
        ended.join();
    }

    /**
     * Fixes the image's bytes.
     *
     * @throws RefusedException when that fails; nothing remains, and the name is free
     */
    SourceOfImage.Fixed fix() {
        try {
            SourceOfImage.Fixed fixed = source.fix(image);
            image.move(ImageState.Pending.class, ImageState.Pending::sealing);
            return fixed;
        } catch (EngineException failure) {
            forget();
            throw RefusedException.because(failure);
        } catch (RuntimeException | Error failure) {
            forget();
            throw failure;
        }
    }

    /** Nothing of an image was promised to anybody yet: it is not listed as failed. */
    void forget() {
        // ORDER: its name becomes free only when nothing of it is left: a second image must not get the name before.
        tools.settling()
                .settle(
                        "the removal of " + image + ", which could not be made,",
                        () -> {},
                        () -> tools.manifests().removeRest(image.id()),
                        () -> tools.images().remove(image));
    }

    /** Proves and commits the image, or moves it to {@code failed}. Does not throw. */
    void finish(SourceOfImage.Fixed fixed) {
        Sealing sealing = sealing();
        try {
            ManifestHeader header = sealing.sealSnapshot(draft(fixed.content(this::withdrawn)));
            image.move(ImageState.Sealing.class, proven -> proven.ready(header));
            LogEvent.IMAGE_READY.info(
                    LOG,
                    "%s, made from %s, is ready: %d bytes, %s",
                    image,
                    source,
                    header.lengthBytes(),
                    header.contentDigest());
        } catch (RuntimeException | Error failure) {
            fail(failure, sealing);
        }
    }

    private Optional<RefusedException> withdrawn() {
        return Optional.ofNullable(withdrawn.get());
    }

    private Sealing sealing() {
        // A device that stalls keeps the windows that it was lent; the next image has its own windows.
        WindowPool windows = new WindowPool(ChunkGrid.CHUNK_BYTES, READ_BACK_DEPTH + 1);
        ChunkWalk walk = new ChunkWalk(windows, tools.workers(), READ_BACK_DEPTH);
        return new Sealer(tools.engine(), tools.manifests(), walk, tools.clock())
                .sealing(this::withdrawn, new Steps(image));
    }

    private Draft draft(SourceOfImage.Content content) {
        Digest digest = content.leaves().contentDigest(content.lengthBytes());
        expectedContent.filter(expected -> !expected.equals(digest)).ifPresent(expected -> {
            throw new RefusedException(
                    Refusal.DIGEST_MISMATCH, source + " has " + digest + ", not the expected " + expected);
        });
        return new Draft(
                image.id(),
                image.name(),
                content.lengthBytes(),
                content.leaves(),
                digest,
                content.footprint(),
                content.origin(),
                image.createdAt());
    }

    private void fail(Throwable failure, Sealing sealing) {
        RefusedException why = explained(failure);
        LogEvent.IMAGE_FAILED.warn(
                LOG,
                failure instanceof RefusedException || failure instanceof EngineException ? null : failure,
                "%s, made from %s, failed: %s",
                image,
                source,
                why.getMessage());
        // ORDER: its name becomes free only when it does not exist: a second image must not get the name before.
        tools.settling()
                .settle(
                        "the removal of " + image + ", which failed,",
                        () -> revoke(sealing),
                        () -> tools.manifests().removeRest(image.id()),
                        () -> image.move(
                                ImageState.Unfinished.class,
                                unfinished -> unfinished.failed(
                                        why.refusal(),
                                        why.getMessage(),
                                        tools.clock().instant())));
    }

    private void revoke(Sealing sealing) {
        if (sealing.mayBeCommitted()) {
            tools.manifests().revoke(image.id());
        }
    }

    private static RefusedException explained(Throwable failure) {
        if (failure instanceof RefusedException refused) {
            return refused;
        }
        if (failure instanceof EngineException engine) {
            return RefusedException.because(engine);
        }
        if (failure instanceof ManifestDamaged damaged) {
            return new RefusedException(
                    Refusal.NOT_PROVEN,
                    "the agent read the manifest back from the pool and it differs from what was written: "
                            + damaged.getMessage(),
                    damaged);
        }
        return new RefusedException(
                Refusal.DEVICE_FAILED,
                "the image could not be made because of an error in the agent; the agent's log has the details",
                failure);
    }

    /** Updates the state of the image. */
    private record Steps(Image image) implements SealListener {
        @Override
        public void entered(SealStep step) {
            // The state "sealing" stands for all of them.
        }

        @Override
        public void headProven(Digest contentDigest) {
            throw new IllegalStateException(image + " has no head");
        }

        @Override
        public void snapshotProven(Digest contentDigest) {
            image.move(
                    ImageState.Sealing.class,
                    sealing -> sealing.proven(sealing.verified().withSnapshot(contentDigest)));
        }
    }
}
