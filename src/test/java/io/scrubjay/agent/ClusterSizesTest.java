// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Pools of files whose clusters are of any size there is, from one start to the next. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ClusterSizesTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"4K", "16K", "512K", "1M", "4M", "16M"})
    void whatIsStoredIsTheSameAfterEachStart(String text) {
        ClusterSize clusterSize = ClusterSize.parse(text);
        int clusterBytes = clusterSize.bytes();
        byte[] image = noise(clusterBytes + MIB / 2 + 5);
        byte[] volume = new byte[2 * Math.max(clusterBytes, MIB)];

        // Given
        Map<String, String> stored;
        try (StorageEngine engine = StoredPool.openFiles(directory, clusterSize);
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            agent.ingest("disk", image);
            agent.createVolume("vm", volume.length);
            write(agent, "vm", volume, clusterBytes, "first");
            agent.snapshot("vm", "monday");
            write(agent, "vm", volume, clusterBytes, "second");
            agent.cloneImage("disk", "clone");
            agent.grow("clone", volume.length);
            stored = stored(agent);
        }

        // When it starts, and is told another size
        try (StorageEngine engine = StoredPool.openFiles(directory, other(clusterSize));
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            // Then
            assertThat(engine.traits().clusterSize()).isEqualTo(clusterSize);
            assertThat(stored(agent)).isEqualTo(stored);
            assertThat(agent.read("vm")).isEqualTo(volume);
            assertThat(agent.read("clone")).startsWith(image).hasSize(volume.length);
            assertThat(agent.scrub()).isEmpty();

            write(agent, "vm", volume, clusterBytes, "third");
            agent.snapshot("vm", "tuesday");
            agent.deleteSnapshot("monday");
            agent.decouple("clone");
            agent.inflate("vm");
            stored = stored(agent);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("nobody interrupts this test", interrupted);
        }

        // When it starts once more
        try (StorageEngine engine = StoredPool.openFiles(directory, clusterSize);
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            // Then
            assertThat(stored(agent)).isEqualTo(stored).containsKeys("image/disk", "volume/clone", "volume/vm");
            assertThat(agent.read("vm")).isEqualTo(volume);
            assertThat(agent.read("clone")).startsWith(image);
            assertThat(agent.scrub()).isEmpty();
            assertThat(agent.unreadable()).isEqualTo(List.of());
        }
    }

    private static void write(StoredPool.Agent agent, String name, byte[] volume, int clusterBytes, String text) {
        String repeated = text.repeat(1000);
        agent.write(name, repeated);
        for (int i = 0; i < repeated.length(); i++) {
            volume[clusterBytes - 2 + i] = (byte) repeated.charAt(i);
        }
    }

    private static Map<String, String> stored(StoredPool.Agent agent) {
        Map<String, String> stored = new TreeMap<>(agent.shown());
        agent.digests().forEach((name, digest) -> stored.put("digest of " + name, digest));
        return stored;
    }

    private static ClusterSize other(ClusterSize clusterSize) {
        return ClusterSize.parse(clusterSize.bytes() == MIB ? "64K" : "1M");
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
