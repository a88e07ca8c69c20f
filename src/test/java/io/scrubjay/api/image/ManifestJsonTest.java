// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.GeneratedBody;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.Leaf;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.Upload;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class ManifestJsonTest {
    private static final long LENGTH_BYTES = 1L << 40;

    private static Manifest manifest(String chunks) {
        LeafCollector leaves = new LeafCollector();
        chunks.lines()
                .mapToLong(Long::parseLong)
                .forEach(chunk -> leaves.add(chunk, Leaf.of(new byte[32], (int) chunk)));
        LeafTable table = leaves.finish();
        return new Manifest(
                new ManifestHeader(
                        Manifest.FORMAT_VERSION,
                        ImageId.random(),
                        ResourceName.parse("image"),
                        LENGTH_BYTES,
                        new Upload(
                                "raw",
                                "none",
                                LENGTH_BYTES,
                                Digest.of(DigestAlgorithm.SHA_256, new byte[32]),
                                Optional.empty()),
                        new Footprint(ClusterSize.parse("64K"), 1, 0),
                        table.contentDigest(LENGTH_BYTES),
                        Instant.EPOCH,
                        Instant.EPOCH),
                table);
    }

    private static long bytesOf(GeneratedBody.Source source) {
        long bytes = 0;
        ByteBuffer buffer = ByteBuffer.allocate(100);
        do {
            source.fill(buffer.clear());
            bytes += buffer.flip().limit();
        } while (buffer.hasRemaining());
        return bytes;
    }

    /** Of numbers with one to seven digits. */
    @ParameterizedTest
    @ValueSource(strings = {"", "0", "7\n8", "9\n10\n99\n100", "999\n1000\n1001\n99999\n100000\n1048575"})
    void theLengthIsKnownBeforeItIsWritten(String chunks) {
        ManifestJson json = new ManifestJson(manifest(chunks));
        assertThat(json.lengthBytes()).isEqualTo(bytesOf(json.source()));
    }
}
