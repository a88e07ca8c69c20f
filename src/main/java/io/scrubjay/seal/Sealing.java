// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.Digest;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.time.InstantSource;

/**
 * One seal of one image. With a head: close it, prove it, make it a snapshot, prove that, commit. If the engine has
 * made the snapshot from a volume or another snapshot: prove it, commit. For one thread, which waits for the device.
 *
 * <p>INVARIANT I-1: the commit is the last step, and is reached only when the draft's content digest, the one read back
 * from the closed head, if there is one, and the one read through the snapshot are the same.
 *
 * <p>A seal that fails removes nothing. Its caller cleans up: {@link ManifestStore#revoke} first, if the image
 * {@linkplain #mayBeCommitted may be committed}, then {@link Head#close} and {@link ManifestStore#removeRest}.
 */
public final class Sealing {
    private final StorageEngine engine;
    private final ManifestStore manifests;
    private final ReadBack readBack;
    private final InstantSource clock;
    private final Wanted wanted;
    private final SealListener listener;
    private boolean committing;

    Sealing(
            StorageEngine engine,
            ManifestStore manifests,
            ReadBack readBack,
            InstantSource clock,
            Wanted wanted,
            SealListener listener) {
        this.engine = engine;
        this.manifests = manifests;
        this.readBack = readBack;
        this.clock = clock;
        this.wanted = wanted;
        this.listener = listener;
    }

    /**
     * Seals the head; when this returns, the image exists durably. Either this or {@link #sealSnapshot} is called, once.
     *
     * @param head a head with all of the draft's bytes, and no write in progress
     * @return the header of the manifest
     * @throws RefusedException {@code not-proven} when the medium returns other bytes; or the reason why the image is
     *     no longer wanted, if there was one before the last byte was read back
     * @throws io.scrubjay.engine.EngineException when the device failed
     * @throws io.scrubjay.manifest.ManifestDamaged when the manifest reads back differently
     */
    public ManifestHeader seal(Head head, Draft draft) {
        listener.entered(SealStep.FLUSH);
        head.flushAndClose();
        head.cutTo(draft.lengthBytes());
        listener.entered(SealStep.PROVE_HEAD);
        listener.headProven(prove(head.name(), draft));

        listener.entered(SealStep.SNAPSHOT);
        VolumeName snapshot = PoolName.snapshot(draft.id());
        // ORDER: recorded in the pool before the bytes get the name of an image's snapshot.
        manifests.begin(draft.id());
        engine.seal(head.name(), snapshot);
        return sealSnapshot(draft);
    }

    /**
     * Seals an image whose snapshot exists already, and has been {@linkplain ManifestStore#begin recorded}; when this
     * returns, the image exists durably.
     *
     * @param draft with leaves that were known before, or computed from an earlier reading
     * @return the header of the manifest
     * @throws RefusedException as {@link #seal}
     * @throws io.scrubjay.engine.EngineException when the device failed
     * @throws io.scrubjay.manifest.ManifestDamaged when the manifest reads back differently
     */
    public ManifestHeader sealSnapshot(Draft draft) {
        listener.entered(SealStep.PROVE_SNAPSHOT);
        listener.snapshotProven(prove(PoolName.snapshot(draft.id()), draft));

        listener.entered(SealStep.COMMIT);
        Manifest proven = draft.proven(clock.instant());
        manifests.stage(proven);
        committing = true;
        manifests.commit(draft.id());
        return proven.header();
    }

    /**
     * Whether the commit was begun: then the image may exist, even if the commit failed. For any thread, once the seal
     * has ended.
     */
    public boolean mayBeCommitted() {
        return committing;
    }

    /** The content digest of the bytes that were read back, which equals the draft's. */
    private Digest prove(VolumeName volume, Draft draft) {
        ChunkGrid grid = draft.grid();
        ReadBack.Found actual = readBack.read(volume, grid, wanted);
        Digest digest = actual.leaves().contentDigest(grid.lengthBytes());
        if (!digest.equals(draft.contentDigest())) {
            throw new RefusedException(
                    Refusal.NOT_PROVEN,
                    "the bytes read back from the pool differ from " + draft.expected() + ", first in chunk "
                            + ReadBack.firstDifference(draft.leaves(), actual.leaves(), grid));
        }
        // No digest covers these bytes, but a clone shows them: they may be old bytes of another volume.
        actual.stray().ifPresent(offset -> {
            throw new RefusedException(
                    Refusal.NOT_PROVEN,
                    "the rest of the image's last cluster was written as zeroes but reads back differently, first"
                            + " at byte "
                            + offset);
        });
        return digest;
    }
}
