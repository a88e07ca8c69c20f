// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.spdk.SpdkPool.ClearMode;
import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;
import io.scrubjay.engine.spdk.process.ReactorOptions.Memory;
import io.scrubjay.engine.spdk.process.ReactorOptions.Mode;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Which engine runs which pool. */
@ConfigMapping(prefix = "scrubjay")
public interface AgentConfig {
    /** {@code file}, {@code spdk}, or {@code memory}. */
    @WithDefault("file")
    EngineKind engine();

    /** Where the pool lies, and whether one is made. */
    Pool pool();

    /** Settings of the file engine alone. */
    FilePoolConfig file();

    /** Settings of the memory engine alone. */
    MemoryPoolConfig memory();

    /** Settings of the SPDK engine alone. */
    SpdkConfig spdk();

    /** The kinds of engine an agent can be configured with. */
    enum EngineKind {
        FILE,
        SPDK,
        MEMORY
    }

    /** Where the pool is. */
    interface Pool {
        /**
         * The pool directory of the file engine. Give it a file system of its own, best XFS or btrfs: there clones share
         * blocks and take no space.
         */
        @WithDefault("data/pool")
        Path path();

        /**
         * Whether the SPDK engine may make a new pool on a blank device; set it for one start. A device that holds anything is
         * never touched.
         */
        @WithDefault("never")
        FormatPolicy format();
    }

    /** The file engine. */
    interface FilePoolConfig {
        /** The allocation unit of a new pool; an existing pool keeps its own. */
        @WithDefault("64K")
        ClusterSize clusterSize();

        /** How many threads read and write, and so how many requests the device gets at once. */
        @WithDefault("12")
        int ioThreads();
    }

    /** The memory engine, for tests. */
    interface MemoryPoolConfig {
        /** The allocation unit. */
        @WithDefault("64K")
        ClusterSize clusterSize();

        /** How much of Java's memory all volumes together may take. */
        @WithDefault("256M")
        ByteSize capacity();
    }

    /** The SPDK engine. */
    interface SpdkConfig {
        /**
         * {@code aio:PATH}, {@code aio:PATH,fallocate} or {@code uring:PATH}, a file or a block device nobody uses;
         * {@code nvme:PCI-ADDRESS}, a controller; {@code malloc:SIZE}, for trying out.
         */
        Optional<String> device();

        /** The name of the SPDK lvol store that holds the pool. */
        @WithDefault("scrubjay")
        String poolName();

        /** The allocation unit of a pool that is made, 1M to 16M; one that exists keeps its own. */
        @WithDefault("1M")
        ClusterSize clusterSize();

        /**
         * How freed clusters are cleared before another volume may get them; {@code unmap} is for devices known to read
         * zeroes after it.
         */
        @WithDefault("auto")
        ClearMode clear();

        /** Space that is never counted as free, so that the agent refuses uploads before the pool is really full. */
        @WithDefault("64M")
        ByteSize reserve();

        /** The processor SPDK's thread runs on; without it the lowest that this process may use. */
        OptionalInt core();

        /** How much memory SPDK allocates when it starts. */
        @WithDefault("64M")
        ByteSize memory();

        /** Which kind of memory that is. */
        @WithDefault("ordinary")
        Memory memoryKind();

        /** Whether and how volumes can be exported. */
        ExportConfig export();

        /** Whether SPDK's thread sleeps when it has nothing to do, or polls and keeps its core busy. */
        @WithDefault("interrupt")
        Mode mode();
    }

    /** Exports of volumes over NVMe/TCP. */
    interface ExportConfig {
        /** The address of this node on which exports listen; without it, exports are off. */
        Optional<String> address();

        /** The TCP port there. */
        @WithDefault("4420")
        int port();

        /** The NQNs of the hosts that may connect; with an address, at least one. */
        Optional<List<String>> hosts();

        /** A file, readable only by the agent, with the DH-HMAC-CHAP key that hosts must present. */
        Optional<Path> hostKeyFile();

        /** The same, with the key that this node presents to hosts. */
        Optional<Path> controllerKeyFile();

        /** Whether hosts of other machines may connect without a key: whoever knows an allowed NQN is let in. */
        @WithDefault("false")
        boolean insecure();
    }
}
