// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ManifestTest {
    private final Random random = new Random(21);
    private final Manifest golden = Samples.golden();

    @Test
    void leavesOfOtherContentAreRefused() {
        LeafTable other = Samples.table(Map.of(0L, Samples.leaf(random)));

        assertThatThrownBy(() -> new Manifest(golden.header(), other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(golden.contentDigest().toString());
    }

    @Test
    void leafOfAZeroChunkIsRefused() {
        Leaf zeroChunk = new LeafHasher().leaf(ByteBuffer.allocate(ChunkGrid.CHUNK_BYTES));
        Leaf zeroTail = new LeafHasher().leaf(ByteBuffer.allocate(123));

        refusesZeroLeaf(1, zeroChunk);
        refusesZeroLeaf(5, zeroTail);
    }

    private void refusesZeroLeaf(long chunk, Leaf zeroes) {
        LeafTable table = Samples.table(Map.of(chunk, zeroes));
        ManifestHeader header = golden.header();
        ManifestHeader allZeroes = new ManifestHeader(
                header.formatVersion(),
                header.id(),
                header.name(),
                header.lengthBytes(),
                header.origin(),
                header.footprint(),
                LeafTable.empty().contentDigest(header.lengthBytes()),
                header.createdAt(),
                header.sealedAt());

        assertThatThrownBy(() -> new Manifest(allZeroes, table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chunk " + chunk + " is zeroes");
        assertThat(new Manifest(allZeroes, LeafTable.empty()).leaves().count()).isZero();
    }

    @Test
    void expectedDigestIsOneThatWasMet() {
        Digest source = Samples.digest(DigestAlgorithm.SHA_256, random);
        Digest other = Samples.digest(DigestAlgorithm.SHA_256, random);
        Digest content = Samples.digest(DigestAlgorithm.SCRUBJAY1, random);

        assertThat(new Upload("raw", "none", 1, source, Optional.of(source)).expectedDigest())
                .contains(source);
        assertThatThrownBy(() -> new Upload("raw", "none", 1, source, Optional.of(other)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Upload("raw", "none", 1, source, Optional.of(content)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Upload("raw", "none", 1, content, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lengthIsBounded() {
        ManifestHeader header = Samples.golden().header();

        assertThat(Samples.header(header, Manifest.LENGTH_BYTES_MAX)).isNotNull();
        assertThatThrownBy(() -> Samples.header(header, Manifest.LENGTH_BYTES_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Samples.header(header, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void footprintFitsTheImage() {
        ManifestHeader header = golden.header();
        long clusters = header.footprint().clusterSize().clustersIn(header.lengthBytes());

        assertThat(withFootprint(clusters, header.lengthBytes())).isNotNull();
        assertThatThrownBy(() -> withFootprint(clusters + 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> withFootprint(0, header.lengthBytes() + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private ManifestHeader withFootprint(long allocatedClusters, long zeroBytesSkipped) {
        ManifestHeader header = golden.header();
        return new ManifestHeader(
                header.formatVersion(),
                header.id(),
                header.name(),
                header.lengthBytes(),
                header.origin(),
                new Footprint(header.footprint().clusterSize(), allocatedClusters, zeroBytesSkipped),
                header.contentDigest(),
                header.createdAt(),
                header.sealedAt());
    }
}
