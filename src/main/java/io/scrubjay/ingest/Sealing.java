// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.Digest;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Verified;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolNames;
import io.scrubjay.manifest.Upload;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;

import java.time.InstantSource;
import java.util.function.UnaryOperator;

/**
 * The second half of an ingest: close, prove, snapshot, prove again, commit. Confined to the coordinator.
 *
 * <p>INVARIANT I-1: the commit is the last step, and is reached only when the digest of the stream, the one read back
 * from the closed head and the one read through the snapshot are the same.
 */
final class Sealing {
    private final StorageEngine engine;
    private final ManifestStore manifests;
    private final ReadBack readBack;
    private final Reception reception;
    private final InstantSource clock;
    private final IngestObserver.Course course;
    private boolean committing;

    /**
     * Prepares a sealing.
     *
     * @param reception asked now and then whether the image is still wanted
     */
    Sealing(
            StorageEngine engine,
            ManifestStore manifests,
            ReadBack readBack,
            Reception reception,
            InstantSource clock,
            IngestObserver.Course course) {
        this.engine = engine;
        this.manifests = manifests;
        this.readBack = readBack;
        this.reception = reception;
        this.clock = clock;
        this.course = course;
    }

    /**
     * What the stream was.
     *
     * @param received its length and source digest
     * @param lengthBytes the image's logical length
     * @param leaves of all chunks that have data
     * @param footprint what was written
     */
    record Stored(Intake.Received received, long lengthBytes, LeafTable leaves, Footprint footprint) {}

    /**
     * Seals; the image is ready when this returns, and in the pool.
     *
     * @throws RefusedException also when the ingest was cut in time
     */
    void seal(Image image, IngestOrder order, Head head, Stored stored) {
        ChunkGrid grid = new ChunkGrid(stored.lengthBytes());
        Digest streamDigest = stored.leaves().contentDigest(stored.lengthBytes());
        order.expectedContentDigest().ifPresent(expected -> requireContent(expected, streamDigest));
        image.move(
                ImageState.Receiving.class,
                receiving -> receiving.sealing(stored.received().sourceDigest(), streamDigest));

        course.entered(IngestStage.FLUSH);
        head.flushAndClose();
        head.cutTo(stored.lengthBytes());
        course.entered(IngestStage.PROVE_HEAD);
        Digest closed = prove(head.name(), grid, stored.leaves(), streamDigest);
        note(image, verified -> verified.withClosed(closed));

        course.entered(IngestStage.SNAPSHOT);
        VolumeName snapshot = PoolNames.snapshot(image.id());
        // ORDER: said in the pool before the bytes have the name of an image's.
        manifests.begin(image.id());
        engine.seal(head.name(), snapshot);
        course.entered(IngestStage.PROVE_SNAPSHOT);
        Digest sealed = prove(snapshot, grid, stored.leaves(), streamDigest);
        note(image, verified -> verified.withSnapshot(sealed));

        course.entered(IngestStage.COMMIT);
        ManifestHeader header = header(image, stored, sealed);
        manifests.stage(new Manifest(header, stored.leaves()));
        committing = true;
        manifests.commit(image.id());
        image.move(ImageState.Sealing.class, sealing -> sealing.ready(header));
    }

    /** Whether the commit was begun: the image may exist, also when that was answered with a failure. For any thread that sees {@link #seal} ended. */
    boolean mayBeCommitted() {
        return committing;
    }

    private Digest prove(VolumeName volume, ChunkGrid grid, LeafTable expected, Digest expectedDigest) {
        ReadBack.Found actual = readBack.read(volume, grid, reception);
        Digest digest = actual.leaves().contentDigest(grid.lengthBytes());
        if (!digest.equals(expectedDigest)) {
            throw new RefusedException(
                    Refusal.NOT_PROVEN,
                    "what was read back is not what was sent, first in chunk "
                            + ReadBack.firstDifference(expected, actual.leaves(), grid));
        }
        // No digest is of these bytes, and a clone shows them: they may be what another volume had there.
        actual.stray().ifPresent(offset -> {
            throw new RefusedException(
                    Refusal.NOT_PROVEN,
                    "what was read back behind the image, in its last cluster, is not the zeroes that were written, first at"
                            + " byte " + offset);
        });
        return digest;
    }

    private static void note(Image image, UnaryOperator<Verified> step) {
        image.move(ImageState.Sealing.class, sealing -> sealing.proven(step.apply(sealing.verified())));
    }

    private static void requireContent(Digest expected, Digest actual) {
        if (!expected.equals(actual)) {
            throw new RefusedException(
                    Refusal.DIGEST_MISMATCH, "the content has " + actual + ", not the expected " + expected);
        }
    }

    private ManifestHeader header(Image image, Stored stored, Digest contentDigest) {
        return new ManifestHeader(
                Manifest.FORMAT_VERSION,
                image.id(),
                image.name(),
                stored.lengthBytes(),
                new Upload(
                        ImageFormat.RAW.wireName(),
                        Compression.NONE.wireName(),
                        stored.received().receivedBytes(),
                        stored.received().sourceDigest(),
                        image.expectedDigest()),
                stored.footprint(),
                contentDigest,
                image.createdAt(),
                ManifestHeader.sealedAt(image.createdAt(), clock.instant()));
    }
}
