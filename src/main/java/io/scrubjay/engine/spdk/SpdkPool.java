// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.ondisk.NamePairs;
import io.scrubjay.engine.spdk.process.ReactorOptions;

import java.util.Objects;
import java.util.Optional;

/**
 * Which pool to open, and how.
 *
 * @param device the device that the pool is on
 * @param name the name of the lvol store, 1 to 63 characters
 * @param clusterSize the cluster size of a new pool, at least 1 MiB, since SPDK counts sizes of volumes in MiB; an
 *     existing pool keeps its own
 * @param format whether a pool may be made
 * @param clear how freed clusters are made unreadable
 * @param reserveClusters how many clusters are never counted as free
 * @param reactor how SPDK runs
 * @param exports where and to whom volumes may be exported; to nobody when empty
 * @param pairs which volumes belong together
 */
public record SpdkPool(
        SpdkDevice device,
        String name,
        ClusterSize clusterSize,
        FormatPolicy format,
        ClearMode clear,
        long reserveClusters,
        ReactorOptions reactor,
        Optional<ExportOptions> exports,
        NamePairs pairs) {
    /** The smallest cluster size. */
    public static final int CLUSTER_BYTES_MIN = 1 << 20;

    /** Whether a device without a pool may be made one. */
    public enum FormatPolicy {
        /** Never. An administrator has to allow it with another value. */
        NEVER,
        /** Only when the device is found to be blank. */
        IF_BLANK
    }

    /** How clusters are made unreadable before another volume gets them. */
    public enum ClearMode {
        /** By unmap where the device then reads zeroes, else by writing zeroes. */
        AUTO,
        /** By writing zeroes, on any device. */
        WRITE_ZEROES,
        /** By unmap, for a device that is known to read zeroes afterwards. */
        UNMAP
    }

    public SpdkPool {
        Objects.requireNonNull(device);
        Objects.requireNonNull(format);
        Objects.requireNonNull(clear);
        Objects.requireNonNull(reactor);
        Objects.requireNonNull(exports);
        Objects.requireNonNull(pairs);
        if (name.isEmpty() || name.length() > 63 || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("pool-name cannot be '" + name + "'");
        }
        if (clusterSize.bytes() < CLUSTER_BYTES_MIN) {
            throw new IllegalArgumentException("cluster-size must be 1M or more, not " + clusterSize);
        }
        if (reserveClusters < 0) {
            throw new IllegalArgumentException("reserve must be 0 or more, not " + reserveClusters);
        }
    }

    /** A pool in which no volumes belong together. */
    public SpdkPool(
            SpdkDevice device,
            String name,
            ClusterSize clusterSize,
            FormatPolicy format,
            ClearMode clear,
            long reserveClusters,
            ReactorOptions reactor,
            Optional<ExportOptions> exports) {
        this(device, name, clusterSize, format, clear, reserveClusters, reactor, exports, NamePairs.NONE);
    }

    /** A pool on a device, with default values. */
    public static SpdkPool on(SpdkDevice device) {
        return new SpdkPool(
                device,
                "scrubjay",
                new ClusterSize(CLUSTER_BYTES_MIN),
                FormatPolicy.NEVER,
                ClearMode.AUTO,
                0,
                ReactorOptions.DEFAULT,
                Optional.empty());
    }

    public SpdkPool withFormat(FormatPolicy policy) {
        return new SpdkPool(device, name, clusterSize, policy, clear, reserveClusters, reactor, exports, pairs);
    }

    public SpdkPool withClear(ClearMode mode) {
        return new SpdkPool(device, name, clusterSize, format, mode, reserveClusters, reactor, exports, pairs);
    }

    public SpdkPool withClusterSize(ClusterSize size) {
        return new SpdkPool(device, name, size, format, clear, reserveClusters, reactor, exports, pairs);
    }

    public SpdkPool withExports(ExportOptions options) {
        return new SpdkPool(
                device, name, clusterSize, format, clear, reserveClusters, reactor, Optional.of(options), pairs);
    }

    public SpdkPool withPairs(NamePairs known) {
        return new SpdkPool(device, name, clusterSize, format, clear, reserveClusters, reactor, exports, known);
    }
}
