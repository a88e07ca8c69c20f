// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Settling;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LogEvent;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.Upload;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Draft;
import io.scrubjay.seal.Head;
import io.scrubjay.seal.Sealer;
import io.scrubjay.seal.Sealing;
import org.jboss.logging.Logger;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The coordinator of one ingest: receives and seals, and leaves nothing behind if that fails. Runs once, on its own
 * thread.
 */
final class IngestRun {
    private static final Logger LOG = Logger.getLogger(IngestRun.class);

    /**
     * The objects that all ingests share.
     *
     * @param diskWindows the windows for parts of disks
     * @param diskWindowsEach how many of them one ingest may hold
     * @param lengthMax the most bytes that an image may have
     */
    record Tools(
            StorageEngine engine,
            ManifestStore manifests,
            Sealer sealer,
            Executor workers,
            Executor sideThreads,
            Decoders decoders,
            InstantSource clock,
            Settling settling,
            WindowPool diskWindows,
            int diskWindowsEach,
            long lengthMax) {}

    private final Tools tools;
    private final IngestOrder order;
    private final Image image;
    private final ChunkAssembler assembler;
    private final PoolSpool spool;
    private final Reception reception;
    private final Ingest ingest;
    private final IngestObserver.Course course;
    private final Sealing sealing;

    IngestRun(
            Tools tools,
            IngestOrder order,
            Image image,
            Reception reception,
            Ingest ingest,
            IngestObserver.Course course) {
        this.tools = tools;
        this.order = order;
        this.image = image;
        Stores stores = new Stores(
                tools.workers(),
                // Wakes a coordinator that waits for the sender.
                failure -> reception.add(new Reception.Cut(IngestFailures.explain(failure))));
        WindowShare share = new WindowShare(tools.diskWindows(), tools.diskWindowsEach(), stores);
        this.assembler = new ChunkAssembler(tools.engine(), share, stores, tools.lengthMax(), image.id());
        this.spool = new PoolSpool(tools.engine(), share, stores, image.id(), image::spooled);
        this.reception = reception;
        this.ingest = ingest;
        this.course = course;
        this.sealing = tools.sealer().sealing(reception, new ImageSteps(image, course));
    }

    /** Runs the ingest to its end; returns the reason if it did not lead to a ready image. */
    Optional<RefusedException> run() {
        try {
            Draft draft = receive();
            ManifestHeader header = sealing.seal(assembler.head().orElseThrow(), draft);
            image.move(ImageState.Sealing.class, proven -> proven.ready(header));
            LogEvent.IMAGE_READY.info(
                    LOG,
                    "image %s is ready: %d bytes, %s",
                    image.name(),
                    header.lengthBytes(),
                    header.upload().orElseThrow().sourceDigest());
            return Optional.empty();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.of(fail(stop));
        } catch (RuntimeException | Error failure) {
            return Optional.of(fail(failure));
        } finally {
            ingest.close();
            reception.close();
        }
    }

    private Draft receive() throws InterruptedException {
        course.receiving();
        try (Intake intake =
                new Intake(order, image, reception, assembler, spool, tools.decoders(), tools.sideThreads())) {
            Intake.Received received = intake.receive();
            // ORDER: before the seal, which needs space that the spool may occupy.
            spool.remove();
            Draft draft = draft(received.upload(), received.disk());
            order.expectedContentDigest().ifPresent(expected -> requireContent(expected, draft.contentDigest()));
            image.move(
                    ImageState.Receiving.class,
                    receiving -> receiving.sealing(received.upload().sourceDigest(), draft.contentDigest()));
            return draft;
        } finally {
            spool.abandon();
        }
    }

    private Draft draft(Upload upload, ChunkAssembler.Disk disk) {
        return new Draft(
                image.id(),
                image.name(),
                disk.lengthBytes(),
                disk.leaves(),
                disk.leaves().contentDigest(disk.lengthBytes()),
                disk.footprint(),
                upload,
                image.createdAt());
    }

    private static void requireContent(Digest expected, Digest actual) {
        if (!expected.equals(actual)) {
            throw new RefusedException(
                    Refusal.DIGEST_MISMATCH, "the content has " + actual + ", not the expected " + expected);
        }
    }

    private RefusedException fail(Throwable failure) {
        ingest.close();
        reception.close();
        RefusedException why = IngestFailures.explain(failure);
        course.failed(why);
        LogEvent.IMAGE_FAILED.warn(
                LOG,
                failure instanceof RefusedException || failure instanceof EngineException ? null : failure,
                "image %s failed: %s",
                image.name(),
                why.getMessage());
        // ORDER: its name becomes free only when it does not exist: a second image must not get the name before.
        tools.settling()
                .settle(
                        "the removal of image " + image.name() + ", which failed,",
                        this::revoke,
                        this::removeRest,
                        () -> failed(why));
        return why;
    }

    private void failed(RefusedException why) {
        image.move(
                ImageState.Unfinished.class,
                unfinished -> unfinished.failed(
                        why.refusal(), why.getMessage(), tools.clock().instant()));
    }

    private void revoke() {
        if (sealing.mayBeCommitted()) {
            tools.manifests().revoke(image.id());
        }
    }

    private void removeRest() {
        close(() -> assembler.head().ifPresent(Head::close));
        close(spool::close);
        tools.manifests().removeRest(image.id());
    }

    private void close(Runnable closing) {
        try {
            closing.run();
        } catch (EngineException.DeviceStalled underWay) {
            throw underWay;
        } catch (EngineException failed) {
            // Closing it again would not change that, and the written bytes are no longer wanted.
            LOG.warnf(
                    "closing a volume of the failed image %s reported an error: %s; the agent removes the volume"
                            + " anyway",
                    image.name(), failed.getMessage());
        }
    }
}
