// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class ScrubConfigTest {
    private static ScrubConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(ScrubConfig.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(ScrubConfig.class);
    }

    @Test
    void defaultsAreWeeklyDeepAndDailyLightAt200MebibytesPerSecond() {
        ScrubConfig config = config(Map.of());

        assertThat(config.deepCron()).isEqualTo("0 0 3 ? * SUN");
        assertThat(config.lightCron()).isEqualTo("0 0 2 * * ?");
        assertThat(config.rateLimit()).isEqualTo(new ByteSize(200 << 20));
        assertThat(config.maxAge()).isEqualTo(Duration.ofDays(14));
        assertThat(config.jitter()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.autoRepair()).isFalse();
        assertThat(ScrubLimits.of(config)).isEqualTo(new ScrubLimits(200 << 20, 24, 2));
    }

    @Test
    void daysAndSizesAreReadAsPeopleWriteThem() {
        ScrubConfig config = config(Map.of("scrubjay.scrub.max-age", "3d", "scrubjay.scrub.rate-limit", "0"));

        assertThat(config.maxAge()).isEqualTo(Duration.ofDays(3));
        assertThat(config.rateLimit().bytes()).isZero();
    }
}
