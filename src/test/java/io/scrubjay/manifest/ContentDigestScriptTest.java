// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** The shell script in the documentation computes what the leaves give. */
class ContentDigestScriptTest {
    private static final Pattern SCRIPT = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void scriptAndLeavesAgree() throws Exception {
        // Given a file of three chunks: data, zeroes, and a short tail
        byte[] bytes = new byte[2 * ChunkGrid.CHUNK_BYTES + 777];
        new Random(8).nextBytes(bytes);
        Arrays.fill(bytes, ChunkGrid.CHUNK_BYTES, 2 * ChunkGrid.CHUNK_BYTES, (byte) 0);
        Path file = Files.write(directory.resolve("file"), bytes);
        LeafHasher hasher = new LeafHasher();
        LeafCollector leaves = new LeafCollector();
        leaves.add(0, hasher.leaf(ByteBuffer.wrap(bytes, 0, ChunkGrid.CHUNK_BYTES)));
        leaves.add(2, hasher.leaf(ByteBuffer.wrap(bytes, 2 * ChunkGrid.CHUNK_BYTES, 777)));

        // When
        Matcher script = SCRIPT.matcher(Files.readString(Path.of("docs/manifest-format.md")));
        assertThat(script.find()).isTrue();
        Process process = new ProcessBuilder("sh", "-c", script.group(1), "content-digest", file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.strip())
                .isEqualTo(leaves.finish().contentDigest(bytes.length).toString());
    }
}
