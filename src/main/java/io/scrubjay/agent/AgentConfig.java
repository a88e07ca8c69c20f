package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.spdk.ReactorOptions.Memory;
import io.scrubjay.engine.spdk.ReactorOptions.Mode;
import io.scrubjay.engine.spdk.SpdkPool.ClearMode;
import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which engine runs which pool. */
@ConfigMapping(prefix = "scrubjay")
public interface AgentConfig {
    /** {@code file}, {@code spdk}, or {@code memory}. */
    @WithDefault("file")
    EngineKind engine();

    Pool pool();

    FilePoolConfig file();

    MemoryPoolConfig memory();

    SpdkConfig spdk();

    /** The kinds of engine an agent can be configured with. */
    enum EngineKind {
        FILE,
        SPDK,
        MEMORY
    }

    /** Where the pool lies. */
    interface Pool {
        /** The pool directory of the file engine. */
        @WithDefault("data/pool")
        Path path();

        /** Whether the SPDK engine may make a pool of a blank device. A device that holds anything is never touched. */
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
        @WithDefault("64K")
        ClusterSize clusterSize();

        @WithDefault("256M")
        ByteSize capacity();
    }

    /** The SPDK engine. */
    interface SpdkConfig {
        /**
         * {@code aio:PATH}, {@code aio:PATH,fallocate}, {@code uring:PATH}, {@code nvme:PCI-ADDRESS} or {@code
         * malloc:SIZE}.
         */
        Optional<String> device();

        /** The lvol store's name. */
        @WithDefault("scrubjay")
        String poolName();

        /** The allocation unit of a pool that is made, 1M to 16M; one that exists keeps its own. */
        @WithDefault("1M")
        ClusterSize clusterSize();

        /** How freed clusters are made unreadable. */
        @WithDefault("auto")
        ClearMode clear();

        /** What is never counted as free: refusals come before the pool is full. */
        @WithDefault("64M")
        ByteSize reserve();

        /** The processor SPDK's thread runs on. */
        @WithDefault("0")
        int core();

        /** What SPDK takes of memory when it starts. */
        @WithDefault("64M")
        ByteSize memory();

        /** Where from. */
        @WithDefault("ordinary")
        Memory memoryKind();

        ExportConfig export();

        /** Whether SPDK's thread sleeps when there is nothing to do. */
        @WithDefault("interrupt")
        Mode mode();
    }

    /** Volumes that others reach over NVMe/TCP. */
    interface ExportConfig {
        /** Where this node listens; nothing is exported without it. */
        Optional<String> address();

        @WithDefault("4420")
        int port();

        /** The NQNs of the hosts that may connect. */
        Optional<List<String>> hosts();

        /** A file with the DH-HMAC-CHAP key a host has to know. */
        Optional<Path> hostKeyFile();

        /** A file with the key by which hosts know this node. */
        Optional<Path> controllerKeyFile();
    }
}
