// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.StreamOffset;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class WaitingRunsTest {
    @Test
    void runsComeInTheOrderOfTheFile() {
        for (int seed = 0; seed < 50; seed++) {
            // Given
            Random random = new Random(seed);
            WaitingRuns waiting = new WaitingRuns(1000, Qcow2Files.MEMORY.share("this test"));
            List<Run> runs = new ArrayList<>();
            for (int n = 0; n < random.nextInt(1000); n++) {
                Run run = new Run(
                        Qcow2Files.any(Run.Kind.values(), random),
                        new StreamOffset(random.nextLong() >>> 1),
                        1 + random.nextInt(1 << 20),
                        new DiskOffset(random.nextLong() >>> 1 & -512));
                runs.add(run);
                waiting.add(run);
            }
            // When
            List<Run> inOrder = new ArrayList<>();
            while (!waiting.isEmpty()) {
                assertThat(waiting.size()).isEqualTo(runs.size() - inOrder.size());
                assertThat(waiting.first()).isPresent();
                inOrder.add(waiting.removeFirst());
            }
            // Then
            runs.sort(Comparator.comparingLong(run -> run.start().bytes()));
            assertThat(inOrder).as("seed %d", seed).isEqualTo(runs);
            assertThat(waiting.first()).isEmpty();
        }
    }
}
