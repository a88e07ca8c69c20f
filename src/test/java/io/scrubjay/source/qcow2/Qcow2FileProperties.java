// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** Files of disks at random are what the format says, and show their disk. */
class Qcow2FileProperties {
    private static final long TIB = 1L << 40;

    /** Sizes around the limits of sectors, clusters, tables and the L1 table's cluster; and any others. */
    @Provide
    Arbitrary<Long> sizes() {
        Arbitrary<Long> around = Arbitraries.of(512L, 65536L, 1L << 20, 1L << 29, 4 * TIB, 16 * TIB)
                .flatMap(size -> Arbitraries.longs().between(-1, 1).map(more -> size + more));
        return Arbitraries.oneOf(
                Arbitraries.just(1L), around, Arbitraries.longs().between(1, 64 << 20));
    }

    private interface Check {
        void check(Path file) throws IOException;
    }

    private static void withFile(Check check) throws IOException {
        Path directory = Files.createTempDirectory("qcow2-properties");
        Path file = directory.resolve("disk.qcow2");
        try {
            check.check(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    @Property(tries = 60)
    void fileWithoutCompressionShowsItsDisk(
            @ForAll("sizes") long bytes, @ForAll @IntRange(max = 60) int clusters, @ForAll long seed)
            throws IOException {
        withFile(path -> {
            SparseDisk disk = SparseDisk.random(seed, bytes, clusters);
            disk.write(Qcow2File.plain(disk.layout()), path);
            WrittenFile.read(path).requireShows(disk);
            assertThat(Files.size(path)).isEqualTo(disk.layout().plainBytes());
        });
    }

    @Property(tries = 60)
    void compressedFileShowsItsDisk(
            @ForAll("sizes") long bytes, @ForAll @IntRange(max = 60) int clusters, @ForAll long seed)
            throws IOException {
        withFile(path -> {
            SparseDisk disk = SparseDisk.random(seed, bytes, clusters);
            disk.write(Qcow2File.zstd(disk.layout(), Runnable::run), path);
            WrittenFile.read(path).requireShows(disk);
            assertThat(Files.size(path)).isLessThanOrEqualTo(disk.layout().plainBytes());
        });
    }
}
