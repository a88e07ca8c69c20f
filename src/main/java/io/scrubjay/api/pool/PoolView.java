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

        @Schema(description = "how freed clusters are made unreadable, and why so")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        String clear,

        @Schema(description = "free clusters still to be cleared of what they held; falls to 0 by itself")
        long unclearedClusters,

        @Schema(description = "clusters of deleted volumes that are not free yet, and why not")
        List<HeldBackView> heldBack,

        List<String> versions,

        @Schema(
                description =
                        "what could not be read at the start, and what was missing; files that were removed or cut since,"
                                + " as long as they are, and manifests that were found damaged. All of it is left as it is,"
                                + " and taken up again by the next start that can read it, if not before")
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

            @Schema(description = "the system's error number; 0 when what was read makes no sense")
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
