// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.StrictEngine;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.Upload;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A head that nobody sent: its bytes and leaves are all a seal wants to know. */
class SealingTest {
    private static final ClusterSize CLUSTER = ClusterSize.parse("64K");
    private static final int LENGTH_BYTES = CLUSTER.bytes() + 100;
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final StorageEngine engine = new StrictEngine(MemoryEngine.open(CLUSTER, 16L << 20));
    private final ManifestStore manifests = new ManifestStore(engine);
    private final WindowPool windows = new WindowPool(WindowPool.windowBytesFor(CLUSTER), 2);
    private final Sealer sealer =
            new Sealer(engine, manifests, new ChunkWalk(windows, Runnable::run, 1), InstantSource.fixed(NOW));
    private final ImageId id = ImageId.random();
    private final ByteBuffer disk = AlignedBuffer.allocate(2 * CLUSTER.bytes());
    private final List<Object> told = new ArrayList<>();
    private Optional<RefusedException> withdrawn = Optional.empty();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void whatTheHeadHoldsIsCommittedWithItsLeaves() {
        // Given
        Draft draft = draft(written());
        Sealing sealing = sealing();
        // When
        ManifestHeader header = sealing.seal(head(), draft);
        // Then
        assertThat(header).isEqualTo(manifests.read(id).header());
        assertThat(header.contentDigest()).isEqualTo(draft.contentDigest());
        assertThat(header.sealedAt()).isEqualTo(NOW);
        assertThat(manifests.read(id).leaves()).isEqualTo(draft.leaves());
        assertThat(told)
                .containsExactly(
                        SealStep.FLUSH,
                        SealStep.PROVE_HEAD,
                        "head " + draft.contentDigest(),
                        SealStep.SNAPSHOT,
                        SealStep.PROVE_SNAPSHOT,
                        "snapshot " + draft.contentDigest(),
                        SealStep.COMMIT);
    }

    @Test
    void headThatHoldsSomethingElseIsNotProven() {
        // Given
        LeafTable leaves = written();
        disk.put(7, (byte) 8);
        Sealing sealing = sealing();
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> sealing.seal(head(), draft(leaves)))
                .withMessageContaining("chunk 0")
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_PROVEN));
        // Then
        assertNothingIsCommitted(sealing);
    }

    @Test
    void imageThatIsNotWantedAnyMoreIsNotCommitted() {
        // Given
        LeafTable leaves = written();
        RefusedException why = new RefusedException(Refusal.CANCELLED, "not wanted");
        withdrawn = Optional.of(why);
        Sealing sealing = sealing();
        // When
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> sealing.seal(head(), draft(leaves)))
                .isSameAs(why);
        // Then
        assertNothingIsCommitted(sealing);
    }

    private void assertNothingIsCommitted(Sealing sealing) {
        assertThat(sealing.mayBeCommitted()).isFalse();
        assertThat(manifests.isCommitted(id)).isFalse();
        assertThat(windows.windowsInUse()).isZero();
        manifests.removeRest(id);
        assertThat(engine.list()).isEmpty();
    }

    /** Fills the first bytes of the disk; the table has their leaf. */
    private LeafTable written() {
        disk.put(7, (byte) 9);
        LeafCollector leaves = new LeafCollector();
        leaves.add(0, LeafHasher.ofThread().leaf(disk.slice(0, LENGTH_BYTES)));
        return leaves.finish();
    }

    private Head head() {
        Head head = Head.create(engine, id, LENGTH_BYTES);
        Stages.await(head.volume().write(0, disk.slice(0, CLUSTER.bytes())));
        return head;
    }

    private Draft draft(LeafTable leaves) {
        Digest source = Digest.of(
                DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_256.newHash().digest());
        return new Draft(
                id,
                ResourceName.parse("sealed"),
                LENGTH_BYTES,
                leaves,
                leaves.contentDigest(LENGTH_BYTES),
                new Footprint(CLUSTER, 1, 100),
                new Upload("raw", "none", LENGTH_BYTES, source, Optional.empty()),
                NOW.minusSeconds(1));
    }

    private Sealing sealing() {
        return sealer.sealing(() -> withdrawn, new SealListener() {
            @Override
            public void entered(SealStep step) {
                told.add(step);
            }

            @Override
            public void headProven(Digest contentDigest) {
                told.add("head " + contentDigest);
            }

            @Override
            public void snapshotProven(Digest contentDigest) {
                told.add("snapshot " + contentDigest);
            }
        });
    }
}
