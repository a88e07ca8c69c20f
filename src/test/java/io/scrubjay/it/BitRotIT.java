// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Files of the pool damaged behind the agent's back: a scrub finds each damage and names its chunk. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BitRotIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(BitRotIT.class);

    private static final int MIB = 1 << 20;
    /** A last chunk that is short, and ends inside a cluster. */
    private static final long LENGTH_BYTES = 24 * MIB + 70_001;

    private static SplittableRandom random;
    private static AgentProcess agent;
    private static ImageClient images;
    private static Scrubs scrubs;
    private static Path file;
    private static NaiveImage naive;
    private static Path otherFile;
    private static JsonNode neighbour;

    @BeforeAll
    static void start() {
        long seed = TestChoice.seed(BitRotIT.class);
        random = new SplittableRandom(seed);
        file = SparseFile.write(WORKSPACE.file("file"), seed, LENGTH_BYTES);
        naive = NaiveImage.of(file);
        otherFile = SparseFile.write(WORKSPACE.file("other"), seed + 1, 3 * MIB);
        agent = WORKSPACE.agent("agent").start();
        images = agent.images();
        scrubs = new Scrubs(agent);
        neighbour = images.upload("neighbour", otherFile);
    }

    @AfterAll
    static void stop() {
        agent.terminate();
    }

    /** Whatever happens to one image, the one beside it is fine and known to be. */
    @AfterEach
    void neighbourIsIntact() throws IOException {
        JsonNode run = scrubs.run("image/neighbour", "deep");
        assertThat(Scrubs.findings(run)).isEmpty();
        JsonNode image = images.get("neighbour");
        assertThat(image.path("state").asText()).isEqualTo("ready");
        assertThat(image.path("lastScrub").path("result").asText()).isEqualTo("intact");
        assertThat(image.path("contentDigest")).isEqualTo(neighbour.path("contentDigest"));
        assertThat(Files.mismatch(otherFile, images.download("neighbour"))).isEqualTo(-1);
    }

    private static void requireQuarantined(String name) {
        JsonNode image = images.get(name);
        assertThat(image.path("state").asText()).as("state of %s", image).isEqualTo("quarantined");
        assertThat(image.path("error").path("code").asText())
                .as("error of %s", image)
                .isNotBlank();
        images.content(name).run().requireProblem(409, "image-quarantined");
        images.delete(name).require(204);
        assertThat(images.find(name)).isEmpty();
        agent.pool().requireNothingOf(image);
    }

    /** Bytes of the file that are data, at random, in different chunks. */
    private static SortedMap<Long, Long> someDataBytes(int count) throws IOException {
        List<Long> chunks = new ArrayList<>(naive.dataChunks());
        SortedMap<Long, Long> offsets = new TreeMap<>();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            while (offsets.size() < Math.min(count, chunks.size())) {
                long chunk = chunks.get(random.nextInt(chunks.size()));
                long begin = chunk * MIB;
                long offset = random.nextLong(begin, Math.min(begin + MIB, LENGTH_BYTES));
                bytes.seek(offset);
                if (bytes.read() != 0) {
                    offsets.put(chunk, offset);
                }
            }
        }
        System.out.println("bytes to be damaged, by chunk: " + offsets);
        return offsets;
    }

    @ParameterizedTest
    @ValueSource(strings = {"deep", "light"})
    void flippedBitsAreFound(String level) throws IOException {
        // Given
        String name = "flipped-" + level;
        JsonNode image = images.upload(name, file);
        SortedMap<Long, Long> offsets = someDataBytes(5);
        offsets.values().forEach(offset -> Damage.flip(agent.pool().data(image), offset));

        // When
        JsonNode run = scrubs.run("image/" + name, level);

        // Then
        assertThat(Scrubs.chunks(run, "image/" + name)).isEqualTo(offsets.keySet());
        assertThat(Scrubs.findings(run)).allSatisfy(finding -> {
            assertThat(finding.path("finding").asText()).isEqualTo("mismatch");
            assertThat(finding.path("expected").asText())
                    .isNotEqualTo(finding.path("actual").asText());
        });
        requireQuarantined(name);
    }

    @Test
    void damageOfWhatTheCacheHoldsIsFound() throws IOException {
        // Given
        JsonNode image = images.upload("cached", file);
        assertThat(Files.mismatch(file, agent.pool().data(image)))
                .as("where the pool's file, now cached, goes on behind the image's end")
                .isEqualTo(LENGTH_BYTES);
        SortedMap<Long, Long> place = someDataBytes(1);
        Damage.flip(agent.pool().data(image), place.get(place.firstKey()));

        // When
        JsonNode run = scrubs.run("image/cached", "deep");

        // Then
        assertThat(Scrubs.chunks(run, "image/cached")).isEqualTo(place.keySet());
        requireQuarantined("cached");
    }

    @Test
    void allThatATruncatedFileLostIsFound() throws IOException {
        // Given
        JsonNode image = images.upload("truncated", file);
        long left = someDataBytes(1).values().iterator().next();
        Damage.truncate(agent.pool().data(image), left);

        // When
        JsonNode run = scrubs.run("image/truncated", "deep");

        // Then
        assertThat(Scrubs.chunks(run, "image/truncated")).isEqualTo(lostBehind(left));
        requireQuarantined("truncated");
    }

    /** The chunks that differ from the file when everything from here on reads as zeroes. */
    private static SortedSet<Long> lostBehind(long offsetBytes) throws IOException {
        SortedSet<Long> lost = new TreeSet<>();
        byte[] bytes = Files.readAllBytes(file);
        for (long at = offsetBytes; at < bytes.length; at++) {
            if (bytes[(int) at] != 0) {
                lost.add(at / MIB);
            }
        }
        return lost;
    }

    @Test
    void removedFileIsFound() {
        // Given
        JsonNode image = images.upload("removed", file);
        Command.run("rm", agent.pool().data(image).toString());

        // When
        JsonNode run = scrubs.run("image/removed", "light");

        // Then
        assertThat(Scrubs.chunks(run, "image/removed")).isEqualTo(naive.dataChunks());
        requireQuarantined("removed");
    }

    @Test
    void removedVolumeIsFound() {
        // Given
        JsonNode image = images.upload("no-volume", file);
        Command.run("rm", "-r", agent.pool().data(image).getParent().toString());

        // When
        JsonNode run = scrubs.run("image/no-volume", "deep");

        // Then
        assertThat(Scrubs.chunks(run, "image/no-volume")).isEqualTo(naive.dataChunks());
        requireQuarantined("no-volume");
    }

    @Test
    void holeOfAWholeChunkIsLost() throws IOException {
        // Given
        JsonNode image = images.upload("hole", file);
        long chunk = someDataBytes(1).firstKey();
        Damage.punch(agent.pool().data(image), chunk * MIB, MIB);

        // When
        JsonNode run = scrubs.run("image/hole", "light");

        // Then
        assertThat(Scrubs.chunks(run, "image/hole")).containsExactly(chunk);
        assertThat(Scrubs.findings(run).get(0).path("finding").asText()).isEqualTo("lost");
        requireQuarantined("hole");
    }

    @Test
    void holeInsideAChunkIsFound() throws IOException {
        // Given
        JsonNode image = images.upload("small-hole", file);
        SortedMap<Long, Long> place = someDataBytes(1);
        Damage.punch(agent.pool().data(image), place.get(place.firstKey()) / 4096 * 4096, 4096);

        // When
        JsonNode run = scrubs.run("image/small-hole", "deep");

        // Then
        assertThat(Scrubs.chunks(run, "image/small-hole")).containsExactly(place.firstKey());
        requireQuarantined("small-hole");
    }

    @Test
    void dataWhereThereWasNoneIsFound() throws IOException {
        // Given
        Path sparse = WORKSPACE.file("sparse");
        Files.write(sparse, new byte[] {1});
        Command.run("truncate", "-s", "6M", sparse.toString());
        JsonNode image = images.upload("stray", sparse);
        long offset = random.nextLong(MIB, 6 * MIB);
        Damage.flip(agent.pool().data(image), offset);

        // When
        JsonNode run = scrubs.run("image/stray", "deep");

        // Then
        assertThat(Scrubs.chunks(run, "image/stray")).as("offset %d", offset).containsExactly(offset / MIB);
        assertThat(Scrubs.findings(run).get(0).path("finding").asText()).isEqualTo("stray");
        requireQuarantined("stray");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deep", "light"})
    void damagedManifestIsFound(String level) throws IOException {
        // Given
        String name = "manifest-" + level;
        JsonNode image = images.upload(name, file);
        Path manifest = agent.pool().manifest(image);
        // Leaves take 36 bytes a chunk at least, so this is inside, whatever stands in front of them.
        long offset = random.nextLong(36L * naive.dataChunks().size());
        System.out.println("byte " + offset + " of the manifest is to be damaged, of " + Files.size(manifest));
        Damage.flip(manifest, offset);

        // When
        JsonNode run = scrubs.run("image/" + name, level);

        // Then
        assertThat(Scrubs.findings(run))
                .extracting(finding -> finding.path("finding").asText())
                .containsExactly("manifest-damaged");
        assertThat(Scrubs.findings(run).get(0).path("target").asText()).isEqualTo("image/" + name);
        requireQuarantined(name);
    }

    @Test
    void scrubOfEverythingFindsTheDamagedAlone() throws IOException {
        // Given
        JsonNode image = images.upload("one-of-all", file);
        SortedMap<Long, Long> place = someDataBytes(1);
        Damage.flip(agent.pool().data(image), place.get(place.firstKey()));

        // When
        JsonNode run = scrubs.run("*", "deep");

        // Then
        assertThat(Scrubs.chunks(run, "image/one-of-all")).isEqualTo(place.keySet());
        assertThat(images.get("neighbour").path("lastScrub").path("result").asText())
                .isEqualTo("intact");
        requireQuarantined("one-of-all");
    }
}
