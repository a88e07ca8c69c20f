package io.scrubjay.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.engine.EngineTraits;
import io.scrubjay.engine.PoolUsage;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;

/** The pool on the wire. */
@RegisterForReflection
@Schema(name = "Pool")
record PoolView(
        @Schema(enumeration = {"file", "spdk", "memory"}) String engine,
        int clusterSizeBytes,
        long totalClusters,
        long freeClusters,
        long usedBytes,

        @Schema(description = "where it lies, as its administrator named it")
        String path,

        List<String> versions) {
    static PoolView of(EngineTraits traits, PoolUsage usage) {
        return new PoolView(
                traits.kind(),
                traits.clusterSize().bytes(),
                usage.totalClusters(),
                usage.freeClusters(),
                usage.usedBytes(),
                traits.location(),
                traits.versions());
    }
}
