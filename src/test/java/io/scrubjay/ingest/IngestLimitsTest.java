// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteSize;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class IngestLimitsTest {
    private static IngestLimits limits(int concurrencyMax, int windowsPerIngestMax) {
        return new IngestLimits(
                concurrencyMax, 128, 1 << 20, windowsPerIngestMax, Duration.ofSeconds(60), new ByteSize(1L << 30));
    }

    @Test
    void settingBelowOneIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits(0, 8))
                .withMessage("concurrency-max must be at least 1, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits(8, -1))
                .withMessage("windows-per-ingest-max must be at least 1, not -1");
    }
}
