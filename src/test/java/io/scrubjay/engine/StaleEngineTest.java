// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

class StaleEngineTest extends StorageEngineContract {
    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return MemoryPool.opener(capacityClusters, StaleEngine::new);
    }

    /** One cluster: these bytes at the beginning, then garbage. */
    private byte[] staleAfter(byte[] bytes) {
        byte[] cluster = new byte[clusterBytes()];
        Arrays.fill(cluster, StaleEngine.GARBAGE);
        System.arraycopy(bytes, 0, cluster, 0, bytes.length);
        return cluster;
    }

    private byte[] block() {
        return AwaitedVolume.pattern(1, ioBytes());
    }

    @Test
    void restOfANewClusterIsHiddenFromItsWriterAndGarbageToOthers() {
        thin("a", 2);
        try (AwaitedVolume writer = AwaitedVolume.open(engine(), "a", Access.WRITE)) {
            writer.write(0, block()).flush();

            assertThat(writer.readAll()).isEqualTo(Arrays.copyOf(block(), 2 * clusterBytes()));
            assertThat(content("a")).isEqualTo(joined(staleAfter(block()), new byte[clusterBytes()]));
        }
        writing("a", writer -> assertThat(writer.readAll()).startsWith(staleAfter(block())));
    }

    @Test
    void restOfANewClusterIsGarbageInTheSnapshot() {
        thin("a", 1);
        writing("a", writer -> {
            writer.write(0, block());
            engine().snapshot(VolumeName.of("a"), VolumeName.of("s"));
        });

        assertThat(content("s")).isEqualTo(staleAfter(block()));
    }

    @Test
    void zeroesWrittenToPartOfANewClusterLeaveGarbageToo() {
        thin("a", 1);

        writing("a", writer -> writer.writeZeroes(0, ioBytes()));

        assertThat(content("a")).isEqualTo(staleAfter(new byte[ioBytes()]));
    }

    @Test
    void bothEndsOfALongWriteAreStale() {
        thin("a", 3);
        byte[] bytes = AwaitedVolume.pattern(2, clusterBytes() + 2 * ioBytes());

        writing("a", writer -> writer.write(clusterBytes() - ioBytes(), bytes));

        byte[] expected = new byte[3 * clusterBytes()];
        Arrays.fill(expected, StaleEngine.GARBAGE);
        System.arraycopy(bytes, 0, expected, clusterBytes() - ioBytes(), bytes.length);
        assertThat(content("a")).isEqualTo(expected);
    }

    @Test
    void clusterGivenBackIsStaleWhenItIsAllocatedAgain() {
        filled("a", cluster(1));

        writing("a", writer -> writer.unmap(0, clusterBytes()).write(0, block()));

        assertThat(content("a")).isEqualTo(staleAfter(block()));
    }

    @Test
    void clusterWithNothingBehindItIsStaleInACloneToo() {
        thin("head", 1);
        engine().seal(VolumeName.of("head"), VolumeName.of("s"));
        engine().cloneOf(VolumeName.of("s"), VolumeName.of("c"));

        writing("c", writer -> writer.write(0, block()));

        assertThat(content("c")).isEqualTo(staleAfter(block()));
    }

    @Test
    void clusterWrittenWholeIsCleanEvenInParts() {
        thin("a", 1);
        byte[] bytes = cluster(1);

        writing("a", writer -> {
            for (int at = 0; at < clusterBytes(); at += ioBytes()) {
                writer.write(at, Arrays.copyOfRange(bytes, at, at + ioBytes()));
                assertThat(writer.readAll())
                        .isEqualTo(Arrays.copyOf(Arrays.copyOf(bytes, at + ioBytes()), bytes.length));
            }
        });

        assertThat(content("a")).isEqualTo(bytes);
    }
}
