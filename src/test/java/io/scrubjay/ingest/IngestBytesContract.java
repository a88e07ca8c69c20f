// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PoolName;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is stored is what was sent, whatever it was and however it was cut. The properties of an engine extend this and say
 * where its pools come from.
 */
abstract class IngestBytesContract {
    /** How much a pool holds, in mebibytes. */
    static final int CAPACITY_MIB = 24;

    private static final int LENGTH_MAX = 5 << 20;

    /**
     * An empty pool of {@link #CAPACITY_MIB} for one try; it is closed behind it.
     *
     * @param wished the cluster size, where it can be chosen
     */
    abstract StorageEngine newPool(ClusterSize wished);

    @Property
    void anyRunsAtAnyAlignmentComeBackIdentical(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = LENGTH_MAX) int length,
            @ForAll @IntRange(min = 12, max = 22) int clusterBits) {
        byte[] bytes = SparseBytes.of(seed, length);
        try (StorageEngine engine = newPool(new ClusterSize(1 << clusterBits));
                IngestKit kit = new IngestKit(engine)) {
            ClusterSize clusterSize = engine.traits().clusterSize();
            Random cuts = new Random(seed);
            Image image = kit.ingest(IngestKit.order("any"), bytes, cuts, 1 + cuts.nextInt(1 << 19));

            assertThat(kit.stored(image)).isEqualTo(bytes);
            ManifestHeader header = ((ImageState.Ready) image.state()).header();
            Digest reference = naiveContentDigest(bytes);
            assertThat(header.contentDigest()).isEqualTo(reference);

            assertThat(header.upload().orElseThrow().sourceDigest()).isEqualTo(sha256(bytes));
            assertThat(header.upload().orElseThrow().receivedBytes()).isEqualTo(length);
            assertThat(engine.allocated(PoolName.snapshot(image.id()))).isEqualTo(nonZero(bytes, clusterSize));
            // Nobody said how many bytes would come. What is exported and cloned is as large as the image all the same.
            assertThat(engine.find(PoolName.snapshot(image.id())))
                    .map(VolumeSummary::sizeBytes)
                    .contains(clusterSize.roundUp(length));
        }
    }

    @Property
    void aLargerSizeReadsAsZeroesBehindTheFile(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = LENGTH_MAX) int length) {
        byte[] bytes = SparseBytes.of(seed, length);
        int size = length + new Random(seed).nextInt(3 << 20);
        try (StorageEngine engine = newPool(ClusterSize.parse("64K"));
                IngestKit kit = new IngestKit(engine)) {
            IngestOrder order = IngestKit.order("larger");
            IngestOrder sized = new IngestOrder(
                    order.name(),
                    order.form(),
                    order.expectedBytes(),
                    OptionalLong.of(size),
                    order.expectedDigests(),
                    order.expectedContentDigest());
            Image image = kit.ingest(sized, bytes, new Random(seed), 1 << 20);

            byte[] disk = Arrays.copyOf(bytes, size);
            assertThat(kit.stored(image)).isEqualTo(disk);
            ManifestHeader header = ((ImageState.Ready) image.state()).header();
            assertThat(header.contentDigest()).isEqualTo(naiveContentDigest(disk));
            long stored = engine.allocated(PoolName.snapshot(image.id()))
                    .bytesWithin(size, engine.traits().clusterSize());
            assertThat(header.footprint().zeroBytesSkipped()).isEqualTo(size - stored);
        }
    }

    private static ClusterMap nonZero(byte[] bytes, ClusterSize clusterSize) {
        ClusterMap.Builder map = ClusterMap.builder();
        for (int at = 0; at < bytes.length; at += clusterSize.bytes()) {
            int end = Math.min(bytes.length, at + clusterSize.bytes());
            if (!Arrays.equals(bytes, at, end, new byte[end - at], 0, end - at)) {
                map.add(at / clusterSize.bytes(), 1);
            }
        }
        return map.build();
    }

    /** Straight from the definition, sharing nothing with the code under test. */
    private static Digest naiveContentDigest(byte[] bytes) {
        MessageDigest all = DigestAlgorithm.SHA_256.newHash();
        all.update("scrubjay1\n".getBytes(StandardCharsets.US_ASCII));
        all.update(ByteBuffer.allocate(12)
                .putLong(bytes.length)
                .putInt((int) ByteSize.parse("1M").bytes())
                .flip());
        for (int at = 0; at < bytes.length; at += 1 << 20) {
            all.update(sha256(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + (1 << 20))))
                    .toBytes());
        }
        return Digest.finish(DigestAlgorithm.SCRUBJAY1, all);
    }

    private static Digest sha256(byte[] bytes) {
        return Digest.of(
                DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_256.newHash().digest(bytes));
    }
}
