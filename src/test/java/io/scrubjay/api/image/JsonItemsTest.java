// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.GeneratedBody;
import io.scrubjay.api.answer.JsonItems;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class JsonItemsTest {
    private static String all(GeneratedBody.Source source, int bufferBytes) {
        StringBuilder text = new StringBuilder();
        while (true) {
            ByteBuffer buffer = ByteBuffer.allocate(bufferBytes);
            source.fill(buffer);
            if (buffer.flip().limit() == 0) {
                return text.toString();
            }
            text.append(StandardCharsets.US_ASCII.decode(buffer));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64})
    void theTextDoesNotDependOnHowItIsCut(int bufferBytes) {
        JsonItems items = new JsonItems("{\"a\":[", List.of("1", "22", "333").iterator());
        assertThat(all(items, bufferBytes)).isEqualTo("{\"a\":[1,22,333]}\n");
    }

    @Test
    void noItemsAreAnEmptyArray() {
        JsonItems items = new JsonItems("{\"a\":[", List.<String>of().iterator());
        assertThat(all(items, 64)).isEqualTo("{\"a\":[]}\n").hasSize((int) JsonItems.lengthBytes("{\"a\":[", 0, 0));
    }

    @Test
    void clustersAreRuns() {
        ClusterMap allocated = ClusterMap.builder().add(0, 2).add(7, 1).build();
        ClustersJson json = new ClustersJson(ClusterSize.parse("64K"), 9, allocated);
        assertThat(all(json.source(), 64))
                .isEqualTo("{\"clusterSizeBytes\":65536,\"totalClusters\":9,\"allocated\":[[0,2],[7,1]]}\n")
                .hasSize((int) json.lengthBytes());
    }
}
