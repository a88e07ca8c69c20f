// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineTraits;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.HeldBack;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** What is wrong with a pool, as JSON. */
class PoolViewTest {
    private static final EngineTraits TRAITS = new EngineTraits(
            "file", "/pool", ClusterSize.parse("64K"), 4096, CloneCost.COPIED, List.of("pool format 1"));
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void whatIsHeldBackIsShownWithItsReason() throws Exception {
        PoolUsage usage = new PoolUsage(
                100, 40, 0, 7, List.of(new HeldBack(5, "it is being cleared"), new HeldBack(1, "tried again")));

        JsonNode pool = json(usage, List.of());

        assertThat(pool.path("unclearedClusters")).isEqualTo(JSON.readTree("7"));
        assertThat(pool.path("heldBack")).isEqualTo(JSON.readTree("""
                        [
                          {"clusters": 5, "reason": "it is being cleared"},
                          {"clusters": 1, "reason": "tried again"}
                        ]
                        """));
    }

    @Test
    void whatCannotBeReadIsShownWithItsPlace() throws Exception {
        Unreadable unknown = new Unreadable(Optional.of(VolumeName.of("image-1")), "volumes/image-1", 5, "no answer");

        JsonNode pool = json(new PoolUsage(100, 40, 0), List.of(unknown));

        assertThat(pool.path("unreadable")).isEqualTo(JSON.readTree("""
                        [{"path": "volumes/image-1", "errno": 5, "reason": "no answer"}]
                        """));
        assertThat(pool.path("heldBack")).isEqualTo(JSON.createArrayNode());
    }

    private static JsonNode json(PoolUsage usage, List<Unreadable> unreadable) throws Exception {
        return JSON.readTree(JSON.writeValueAsString(PoolView.of(TRAITS, usage, unreadable)));
    }
}
