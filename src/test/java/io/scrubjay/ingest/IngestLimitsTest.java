// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteSize;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
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

    @Test
    void halfOfTheWindowsIsForDisks() {
        IngestLimits limits = limits(8, 8);

        assertThat(limits.diskWindowsEach()).isEqualTo(8);
        assertThat(limits.diskWindows()).isEqualTo(64);
        assertThat(limits.senderWindows()).isEqualTo(64);
    }

    /** Otherwise an ingest could hold the last window of its sender, and wait for one that another ingest holds. */
    @Test
    void everyIngestHasAWindowForItsSenderAndOneForItsDisk() {
        for (int windows = 3; windows < 100; windows++) {
            for (int ingests = 1; 2 * ingests < windows; ingests++) {
                for (int each : new int[] {1, 2, 7, 100}) {
                    IngestLimits limits = new IngestLimits(
                            ingests, windows, 1 << 20, each, Duration.ofSeconds(60), new ByteSize(1L << 30));

                    assertThat(limits.diskWindowsEach()).isPositive();
                    assertThat(limits.senderWindows()).as("%s", limits).isGreaterThan(ingests);
                }
            }
        }
    }

    @Test
    void tooFewWindowsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IngestLimits(4, 8, 1 << 20, 1, Duration.ofSeconds(60), new ByteSize(1L << 30)))
                .withMessage("4 ingests need 9 windows at least, not 8");
    }
}
