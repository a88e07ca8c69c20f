// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.process.Reactor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** SPDK counts volumes in mebibytes: what has smaller clusters is no pool, whoever made it. */
@NeedsSpdk
class RefusedClusterSizesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"4K", "64K", "128K", "256K", "512K"})
    void noPoolIsMadeOfSmallClusters(String size) {
        SpdkPool pool = SpdkPool.on(new SpdkDevice.Aio(directory.resolve("device"), false));

        assertThatThrownBy(() -> pool.withClusterSize(ClusterSize.parse(size)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cluster-size must be 1M or more, not " + size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"64K", "128K", "256K", "512K"})
    void aStoreOfSmallClustersIsRefusedAndStaysAsItIs(String size) throws IOException {
        // Given
        SpdkPool pool = DeviceKind.AIO.pool(directory, 16);
        make(pool, ClusterSize.parse(size));
        Path device = directory.resolve(TestDevice.FILE_NAME);
        Path before = Files.copy(device, directory.resolve("before"));

        // When, Then
        assertThatThrownBy(() -> SpdkEngine.open(pool))
                .isInstanceOf(EngineException.PoolUnusable.class)
                .hasMessageContaining("has clusters of " + size)
                .hasMessageContaining("a pool needs clusters of at least 1M: make a new one");
        assertThat(Files.mismatch(device, before)).isEqualTo(-1);
    }

    /** As somebody may have made it with SPDK's own tools. */
    private static void make(SpdkPool pool, ClusterSize clusterSize) {
        Reactor reactor = Reactor.started(pool.reactor());
        BaseDevice device = BaseDevice.attach(reactor, pool.device());
        LvolStore store = LvolStore.create(reactor.rpc(), device.name(), pool.name(), clusterSize, RawPool.NO_CLEARING);
        assertThat(store.clusterSize()).isEqualTo(clusterSize);
        device.detach();
    }
}
