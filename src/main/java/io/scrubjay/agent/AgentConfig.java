package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;

/** Which engine runs which pool. */
@ConfigMapping(prefix = "scrubjay")
public interface AgentConfig {
    /** {@code file} or {@code memory}. */
    @WithDefault("file")
    EngineKind engine();

    Pool pool();

    FilePoolConfig file();

    MemoryPoolConfig memory();

    /** The kinds of engine an agent can be configured with. */
    enum EngineKind {
        FILE,
        MEMORY
    }

    /** Where the pool lies. */
    interface Pool {
        /** The pool directory of the file engine. */
        @WithDefault("data/pool")
        Path path();
    }

    /** The file engine. */
    interface FilePoolConfig {
        /** The allocation unit of a pool that is created; one that exists keeps its own. */
        @WithDefault("64K")
        ClusterSize clusterSize();

        /** How many threads read and write. */
        @WithDefault("4")
        int ioThreads();
    }

    /** The memory engine, for tests. */
    interface MemoryPoolConfig {
        @WithDefault("64K")
        ClusterSize clusterSize();

        @WithDefault("256M")
        ByteSize capacity();
    }
}
