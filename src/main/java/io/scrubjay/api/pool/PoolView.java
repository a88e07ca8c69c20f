// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.engine.EngineTraits;
import io.scrubjay.engine.HeldBack;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Unreadable;
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

        @Schema(description = "how freed clusters are cleared, and why in this way")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        String clear,

        @Schema(description = "free clusters that still have to be cleared of old data; falls to 0 by itself")
        long unclearedClusters,

        @Schema(description = "clusters of deleted volumes that are not free yet, with the reason")
        List<HeldBackView> heldBack,

        List<String> versions,

        @Schema(
                description = "what could not be read or was missing when the agent started, files that were removed or"
                        + " truncated since then, and manifests found to be damaged. The agent leaves all"
                        + " of it unchanged, and uses it again at the latest after the next start"
                        + " that can read it")
        List<UnreadableView> unreadable) {
    /** Clusters that deleted volumes have left. */
    @RegisterForReflection
    @Schema(name = "HeldBack")
    record HeldBackView(long clusters, String reason) {
        static HeldBackView of(HeldBack held) {
            return new HeldBackView(held.clusters(), held.reason());
        }
    }

    /** Something in the pool that cannot be read. */
    @RegisterForReflection
    @Schema(name = "Unreadable")
    record UnreadableView(
            @Schema(description = "where it lies: below the pool's directory, or on its device")
            String path,

            @Schema(description = "the error number (errno); 0 if the bytes could be read but make no sense")
            int errno,

            String reason) {
        static UnreadableView of(Unreadable unknown) {
            return new UnreadableView(unknown.place(), unknown.errno(), unknown.reason());
        }
    }

    static PoolView of(EngineTraits traits, PoolUsage usage, List<Unreadable> unreadable) {
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
                usage.heldBack().stream().map(HeldBackView::of).toList(),
                traits.versions(),
                unreadable.stream().map(UnreadableView::of).toList());
    }
}
