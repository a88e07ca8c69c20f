package io.scrubjay.api;

import com.fasterxml.jackson.annotation.JsonInclude;
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

        @Schema(description = "the file engine's directory") @JsonInclude(JsonInclude.Include.NON_NULL)
        String path,

        @Schema(description = "the SPDK engine's device") @JsonInclude(JsonInclude.Include.NON_NULL)
        String device,

        @Schema(description = "how freed clusters are made unreadable, and why so")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        String clear,

        @Schema(description = "free clusters still to be cleared of what they held; falls to 0 by itself")
        long unclearedClusters,

        List<String> versions) {
    static PoolView of(EngineTraits traits, PoolUsage usage) {
        boolean onDevice = traits.kind().equals("spdk");
        return new PoolView(
                traits.kind(),
                traits.clusterSize().bytes(),
                usage.totalClusters(),
                usage.freeClusters(),
                usage.usedBytes(),
                onDevice ? null : traits.location(),
                onDevice ? traits.location() : null,
                traits.clear().orElse(null),
                usage.unclearedClusters(),
                traits.versions());
    }
}
