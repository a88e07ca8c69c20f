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

    /** What only the file engine looks at. */
    FilePoolConfig file();

    /** What only the memory engine looks at. */
    MemoryPoolConfig memory();

    /** What only the SPDK engine looks at. */
    SpdkConfig spdk();

    /** The kinds of engine an agent can be configured with. */
    enum EngineKind {
        FILE,
        SPDK,
        MEMORY
    }

    /** Where the pool lies. */
    interface Pool {
        /** The pool directory of the file engine: best a file system of its own; XFS or btrfs make clones free. */
        @WithDefault("data/pool")
        Path path();

        /** Whether the SPDK engine may make a pool of a blank device; for one start. One that holds anything is never touched. */
        @WithDefault("never")
        FormatPolicy format();
    }

    /** The file engine. */
    interface FilePoolConfig {
        /** The allocation unit of a pool that is created; one that exists keeps its own. */
        @WithDefault("64K")
        ClusterSize clusterSize();

        /** How many threads read and write: as many requests the device has at once. */
        @WithDefault("12")
        int ioThreads();
    }

    /** The memory engine, for tests. */
    interface MemoryPoolConfig {
        /** The allocation unit. */
        @WithDefault("64K")
        ClusterSize clusterSize();

        /** How much all volumes may take together, of Java's memory. */
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

        /** The lvol store's name. */
        @WithDefault("scrubjay")
        String poolName();

        /** The allocation unit of a pool that is made, 1M to 16M; one that exists keeps its own. */
        @WithDefault("1M")
        ClusterSize clusterSize();

        /** How freed clusters are made unreadable; {@code unmap} is for devices known to read zeroes after it. */
        @WithDefault("auto")
        ClearMode clear();

        /** What is never counted as free: refusals come before the pool is full. */
        @WithDefault("64M")
        ByteSize reserve();

        /** The processor SPDK's thread runs on; without it the lowest that this process may use. */
        OptionalInt core();

        /** What SPDK takes of memory when it starts. */
        @WithDefault("64M")
        ByteSize memory();

        /** Where it takes that from. */
        @WithDefault("ordinary")
        Memory memoryKind();

        /** Whether and how volumes can be exported. */
        ExportConfig export();

        /** Whether SPDK's thread sleeps when there is nothing to do, or keeps its core busy. */
        @WithDefault("interrupt")
        Mode mode();
    }

    /** Volumes that others reach over NVMe/TCP. */
    interface ExportConfig {
        /** Where this node listens; nothing is exported without it. */
        Optional<String> address();

        /** The TCP port there. */
        @WithDefault("4420")
        int port();

        /** The NQNs of the hosts that may connect; with an address, at least one. */
        Optional<List<String>> hosts();

        /** A file, only for the agent to read, with the DH-HMAC-CHAP key that a host has to know. */
        Optional<Path> hostKeyFile();

        /** The same with the key by which hosts know this node. */
        Optional<Path> controllerKeyFile();

        /** Whether hosts of other machines may connect without a key: whoever knows an allowed NQN is let in. */
        @WithDefault("false")
        boolean insecure();
    }
}
