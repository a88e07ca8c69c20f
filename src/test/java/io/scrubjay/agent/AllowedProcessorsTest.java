// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class AllowedProcessorsTest {
    @Test
    void lowestOfAPodsOwnIsNotZero() {
        assertThat(AllowedProcessors.lowest(
                        List.of("Cpus_allowed:\tff8", "Cpus_allowed_list:\t3-11", "Mems_allowed_list:\t0")))
                .isEqualTo(3);
        assertThat(AllowedProcessors.lowest(List.of("Cpus_allowed_list:\t12,14")))
                .isEqualTo(12);
    }

    @Test
    void firstWhereTheKernelDoesNotSay() {
        assertThat(AllowedProcessors.lowest(List.of("Name:\tjava"))).isZero();
    }

    @Test
    void thisProcessMayUseOne() {
        assertThat(AllowedProcessors.lowest()).isBetween(0, 4095);
    }
}
