// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.PoolName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import static io.scrubjay.scrub.ScrubKit.MIB;
import static org.assertj.core.api.Assertions.assertThat;

/** Damage done to the files of a pool while an agent has it open. */
class FilePoolTest {
    private static final int CHUNKS = 12;

    @TempDir
    Path temporary;

    private ScrubKit kit;
    private Image image;

    @BeforeEach
    void open() {
        kit = ScrubKit.over(
                FileEngine.open(FilePool.at(temporary.resolve("pool")).withClusterSize(ClusterSize.parse("64K"))));
        kit.scrubber.start();
        image = kit.add(new ImageForge("disk", CHUNKS * MIB).intact(0, CHUNKS));
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private Path data() throws IOException {
        Path data = temporary
                .resolve("pool/volumes")
                .resolve(PoolName.snapshot(image.id()).value())
                .resolve("data");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rw-------"));
        return data;
    }

    private static Set<Long> chunks(RunReport run) {
        return run.findings().stream()
                .map(finding -> finding.chunk().orElseThrow())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void untouchedPoolIsIntact() {
        assertThat(kit.scrub(ScrubLevel.DEEP).findings()).isEmpty();
    }

    @Test
    void poolThatIsAwayIsNoFinding() throws IOException {
        // Given
        Path pool = temporary.resolve("pool");
        Path away = temporary.resolve("away");
        Files.move(pool, away);

        // When
        RunReport run = kit.scrub(ScrubLevel.DEEP);

        // Then
        Files.move(away, pool);
        assertThat(run.findings()).isEmpty();
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
        assertThat(kit.scrub(ScrubLevel.DEEP).findings()).isEmpty();
        assertThat(kit.manifests.quarantines()).isEmpty();
    }

    @Test
    void flippedBytesAreNamedToTheChunk() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<Long> hit = new TreeSet<>();
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            for (int flip = 0; flip < 4; flip++) {
                long at = random.nextLong(CHUNKS * MIB);
                if (hit.add(at / MIB)) {
                    file.seek(at);
                    int byteThere = file.read();
                    file.seek(at);
                    file.write(byteThere ^ (1 << random.nextInt(8)));
                }
            }
            file.getFD().sync();
        }

        RunReport run = kit.scrub(ScrubLevel.LIGHT);

        assertThat(chunks(run)).as("seed %d", seed).isEqualTo(hit);
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);
    }

    @Test
    void whatWasCutOffIsLost() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            file.setLength(9 * MIB);
        }

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(chunks(run)).containsExactly(9L, 10L, 11L);
        assertThat(run.findings()).extracting(Finding::kind).containsOnly(FindingKind.LOST);
    }

    /** The file may be put back, as one that is cut while nobody has the pool open. */
    @ParameterizedTest
    @ValueSource(longs = {0, 4096, 9 * MIB, 12 * MIB - 1})
    void cutFileTakesTheImageOutOfServiceAndIsNotWrittenDown(long leftBytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            file.setLength(leftBytes);
        }

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(chunks(run)).contains((long) CHUNKS - 1);
        assertThat(image.state())
                .isInstanceOfSatisfying(
                        ImageState.Quarantined.class,
                        state -> assertThat(state.code()).isEqualTo("unreadable"));
        assertThat(kit.manifests.quarantines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "removed"})
    void imageWhoseBytesArePutBackIsServedAgain(String how) throws IOException {
        // Given
        Path data = data();
        Path copy = Files.copy(data, temporary.resolve("copy"));
        if (how.equals("cut")) {
            try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
                file.setLength(9 * MIB + 1);
            }
        } else {
            Files.delete(data);
        }
        assertThat(kit.scrub(ScrubLevel.DEEP).findings()).isNotEmpty();
        assertThat(image.state()).isInstanceOf(ImageState.Quarantined.class);

        // When
        Files.copy(copy, data, StandardCopyOption.REPLACE_EXISTING);
        RunReport run = kit.scrub(ScrubLevel.DEEP);

        // Then
        assertThat(run.findings()).isEmpty();
        assertThat(image.state()).isInstanceOf(ImageState.Ready.class);
    }

    /** Also of a file that is cut: that will not be mended by putting back what is missing. */
    @Test
    void wrongBytesInFrontOfTheCutAreWrittenDown() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            file.setLength(9 * MIB);
            file.seek(2 * MIB);
            int there = file.read();
            file.seek(2 * MIB);
            file.write(there ^ 1);
        }

        kit.scrub(ScrubLevel.DEEP);

        assertThat(kit.manifests.quarantines()).hasSize(1);
    }

    /** No leaf is of it, and a clone shows it. */
    @Test
    void oneByteBehindTheImageIsFound() throws IOException {
        image = kit.add(new ImageForge("odd", 2 * MIB + 5).intact(0, 3));
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            assertThat(file.length()).isEqualTo(2 * MIB + (64 << 10));
            assertThat(kit.scrub(ScrubLevel.LIGHT).findings()).isEmpty();
            file.seek(2 * MIB + 40_000);
            file.write(7);
            file.getFD().sync();
        }

        RunReport run = kit.scrub(ScrubLevel.LIGHT);

        assertThat(run.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.PADDING);
            assertThat(finding.range().offset()).isEqualTo(2 * MIB + 40_000);
        });
        assertThat(kit.manifests.quarantines()).hasSize(1);
    }

    @Test
    void everyChunkOfRemovedFileIsLost() throws IOException {
        Files.delete(data());

        RunReport run = kit.scrub(ScrubLevel.DEEP);

        assertThat(run.findings()).hasSize(CHUNKS);
        assertThat(run.findings()).extracting(Finding::kind).containsOnly(FindingKind.LOST);
        assertThat(run.state()).isInstanceOf(ScrubRunState.Finished.class);
    }
}
