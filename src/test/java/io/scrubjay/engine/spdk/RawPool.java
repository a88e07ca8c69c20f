// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.spdk.device.DeviceLock;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;

import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;

/** A pool without the engine: what SPDK itself does, and what really lies in the clusters. Confined to one thread. */
final class RawPool implements AutoCloseable {
    static final String NO_CLEARING = "none";

    private final SpdkPool options;
    private final PoolOpening.Opened opened;

    private RawPool(SpdkPool options, PoolOpening.Opened opened) {
        this.options = options;
        this.opened = opened;
    }

    static RawPool open(SpdkPool options) {
        return new RawPool(options, PoolOpening.open(options, UnaryOperator.identity()));
    }

    /** A buffer of one cluster, all bytes the same. */
    static ByteBuffer cluster(byte value) {
        ByteBuffer bytes = AlignedBuffer.allocate(TestDevice.CLUSTER_BYTES);
        while (bytes.hasRemaining()) {
            bytes.put(value);
        }
        return bytes.flip();
    }

    LvolStore store() {
        return opened.pool().store();
    }

    private int clusterBytes() {
        return store().clusterSize().bytes();
    }

    private Reactor reactor() {
        return opened.pool().reactor();
    }

    /** Takes away what vouches for the free clusters, as a crash does. */
    void unmark() {
        store().all().stream()
                .filter(lvol -> PrivateName.CLEAN.matches(lvol.name()))
                .forEach(lvol -> store().delete(lvol.uuid()));
    }

    /** Whether it was closed in good order, with nothing but zeroes in its free clusters. */
    boolean isMarked() {
        return store().all().stream().anyMatch(lvol -> PrivateName.CLEAN.matches(lvol.name()));
    }

    /** Makes a volume as SPDK does, without clearing anything now or at its end; its UUID. */
    String create(String name, int clusters, Provisioning provisioning) {
        return store().create(name, (long) clusters * clusterBytes(), provisioning, NO_CLEARING);
    }

    /** Writes one byte all over the first clusters of a volume. */
    void fill(String uuid, int clusters, byte value) {
        NativeHandle handle = NativeHandle.openWrite(reactor(), uuid);
        try {
            ByteBuffer bytes = cluster(value);
            for (int cluster = 0; cluster < clusters; cluster++) {
                Errno.require(
                        Reactor.awaited(handle.write((long) cluster * TestDevice.CLUSTER_BYTES, bytes)),
                        "fill a volume");
            }
        } finally {
            handle.close();
        }
    }

    /** Writes one block in the middle of the first cluster. */
    void writeBlock(String uuid, byte value) {
        NativeHandle handle = NativeHandle.openWrite(reactor(), uuid);
        try {
            Errno.require(Reactor.awaited(handle.write(8192, TestDevice.block(value))), "write a block");
        } finally {
            handle.close();
        }
    }

    /** What a cluster of a volume reads as. */
    byte[] read(String uuid, int cluster) {
        NativeHandle handle = NativeHandle.openRead(reactor(), uuid);
        try {
            ByteBuffer bytes = AlignedBuffer.allocate(clusterBytes());
            Errno.require(Reactor.awaited(handle.read((long) cluster * clusterBytes(), bytes)), "read a volume");
            byte[] array = new byte[clusterBytes()];
            bytes.get(0, array);
            return array;
        } finally {
            handle.close();
        }
    }

    /** Takes all free clusters, looks at what they hold, and gives them back as they are. */
    void requireFreeClustersAreZero() {
        int free = Math.toIntExact(store().fill().freeClusters());
        if (free == 0) {
            return;
        }
        String uuid = create("~looked-at", free, Provisioning.THICK);
        try {
            byte[] zeroes = new byte[clusterBytes()];
            for (int cluster = 0; cluster < free; cluster++) {
                assertThat(read(uuid, cluster))
                        .as("free cluster %d of %d", cluster, free)
                        .isEqualTo(zeroes);
            }
        } finally {
            store().delete(uuid);
        }
    }

    /** Fails unless the clusters that are used are those that volumes have; private ones are volumes, too. */
    void requireClustersAddUp() {
        long own = 0;
        for (JsonNode bdev : reactor().rpc().call("bdev_get_bdevs")) {
            JsonNode lvol = bdev.path("driver_specific").path("lvol");
            if (lvol.path("lvol_store_uuid").asText().equals(store().uuid())) {
                own += lvol.required("num_allocated_clusters").asLong();
            }
        }
        LvolStore.Fill fill = store().fill();
        assertThat(fill.totalClusters() - fill.freeClusters())
                .as("clusters in use")
                .isEqualTo(own);
    }

    @Override
    public void close() {
        opened.pool().stop();
        opened.base().detach();
        opened.pool().release();
        DeviceLock.giveUp(options.device());
    }
}
