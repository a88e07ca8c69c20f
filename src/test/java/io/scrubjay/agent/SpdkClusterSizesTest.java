// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.DeviceKind;
import io.scrubjay.engine.spdk.KillablePool;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.TestDevice;
import io.scrubjay.manifest.BrokenPairs;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lvol stores on a used device, whose clusters are of any size that a pool may have: from one start to the next, after an end
 * in good order and after a kill.
 */
@NeedsSpdk
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SpdkClusterSizesTest {
    /** Every record takes a cluster of its own. */
    private static final int CLUSTERS = 26;

    @TempDir
    Path directory;

    private ClusterSize clusterSize;
    private int clusterBytes;
    private byte[] disk;
    private byte[] volume;
    private byte[] clone;

    @ParameterizedTest
    @ValueSource(strings = {"1M", "2M", "4M", "8M", "16M"})
    void whatIsStoredIsTheSameAfterEachStartAndNothingElseIsRead(String text) throws InterruptedException {
        // Given
        clusterSize = ClusterSize.parse(text);
        clusterBytes = clusterSize.bytes();
        disk = noise(2 * clusterBytes + clusterBytes / 2 + 5);
        // A cluster that it has no need of.
        Arrays.fill(disk, clusterBytes, 2 * clusterBytes, (byte) 0);
        volume = new byte[3 * clusterBytes];
        clone = Arrays.copyOf(disk, 4 * clusterBytes);
        KillablePool pool = KillablePool.on(
                        DeviceKind.AIO, directory, CLUSTERS * (clusterBytes / TestDevice.CLUSTER_BYTES))
                .withPairs(BrokenPairs::among)
                .withClusterSize(clusterSize);

        // When
        List<String> stored = firstLife(pool);

        // Then
        List<String> more = secondLife(pool.withClusterSize(other(clusterSize)), stored);
        thirdLife(pool, more);
    }

    private List<String> firstLife(KillablePool pool) {
        StorageEngine engine = pool.open();
        List<String> stored;
        try (StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            agent.ingest("disk", disk);
            agent.createVolume("vm", volume.length);
            write(agent, "vm", volume, "first");
            assertThat(own(agent, "vm"))
                    .isEqualTo(ClusterMap.builder().add(0, 2).build());
            agent.snapshot("vm", "monday");
            assertThat(own(agent, "vm")).isEqualTo(ClusterMap.empty());
            write(agent, "vm", volume, "second");
            agent.cloneImage("disk", "clone");
            agent.grow("clone", clone.length);
            write(agent, "clone", clone, "cloned");
            assertThat(own(agent, "clone"))
                    .isEqualTo(ClusterMap.builder().add(0, 2).build());
            requireBytes(agent);
            stored = PoolFacts.of(agent);
        }
        pool.closeAndRequireFreeClustersAreZero(engine);
        return stored;
    }

    /** With another size configured; ends by a kill. */
    private List<String> secondLife(KillablePool pool, List<String> stored) throws InterruptedException {
        try (StorageEngine engine = pool.killedAtClose(pool.open());
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            assertThat(engine.traits().clusterSize()).isEqualTo(clusterSize);
            assertThat(PoolFacts.of(agent)).isEqualTo(stored);
            requireBytes(agent);
            assertThat(agent.scrub()).isEmpty();

            write(agent, "vm", volume, "third");
            agent.snapshot("vm", "tuesday");
            agent.deleteSnapshot("monday");
            agent.ingest("spare", noise(clusterBytes + 1));
            agent.deleteImage("spare");
            agent.decouple("clone");
            agent.deleteImage("disk");
            // What was freed is taken again, and written only in part.
            agent.createVolume("fresh", 2L * clusterBytes);
            byte[] fresh = new byte[2 * clusterBytes];
            write(agent, "fresh", fresh, "fresh");
            assertThat(agent.read("fresh")).isEqualTo(fresh);
            agent.deleteVolume("fresh");
            requireBytes(agent);
            return PoolFacts.of(agent);
        }
    }

    private void thirdLife(KillablePool pool, List<String> stored) throws InterruptedException {
        StorageEngine engine = pool.open();
        try (StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            assertThat(PoolFacts.of(agent)).isEqualTo(stored);
            requireBytes(agent);
            assertThat(agent.scrub()).isEmpty();
            agent.inflate("vm");
            requireBytes(agent);
            agent.ingest("disk", disk);
            assertThat(agent.read(agent.catalog().get(ResourceName.parse("disk"))))
                    .isEqualTo(disk);
            agent.deleteVolume("clone");
            assertThat(agent.unreadable()).isEmpty();
        }
        pool.closeAndRequireFreeClustersAreZero(engine);
    }

    private void requireBytes(StoredPool.Agent agent) {
        assertThat(agent.read("vm")).as("vm").isEqualTo(volume);
        assertThat(agent.read("clone")).as("clone").isEqualTo(clone);
    }

    private static ClusterMap own(StoredPool.Agent agent, String name) {
        return agent.engine().allocated(agent.stored(PoolName.Kind.VOLUME, name));
    }

    /** Writes across the border of the first two clusters. */
    private void write(StoredPool.Agent agent, String name, byte[] bytes, String text) {
        byte[] repeated = text.repeat(1000).getBytes(StandardCharsets.US_ASCII);
        agent.write(name, text.repeat(1000));
        System.arraycopy(repeated, 0, bytes, clusterBytes - 2, repeated.length);
    }

    private static ClusterSize other(ClusterSize clusterSize) {
        return ClusterSize.parse(clusterSize.bytes() == TestDevice.CLUSTER_BYTES ? "2M" : "1M");
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
