// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

class GracePeriodTest {
    @Test
    void eachPartLeavesTimeForTheNext() {
        // Given
        GracePeriod grace = new GracePeriod(() -> Duration.ofHours(1_000));

        // When
        grace.begin();

        // Then
        assertThat(grace.leftForWork()).isBetween(Duration.ofHours(499), Duration.ofHours(500));
        assertThat(grace.leftForAnswers()).isBetween(Duration.ofHours(699), Duration.ofHours(700));
        assertThat(grace.leftForClosing()).isBetween(Duration.ofHours(899), Duration.ofHours(900));
    }

    @Test
    void withoutGraceNothingIsLeft() {
        // Given
        GracePeriod grace = new GracePeriod(() -> Duration.ZERO);

        // When
        grace.begin();

        // Then
        assertThat(grace.leftForWork()).isZero();
        assertThat(grace.leftForAnswers()).isZero();
        assertThat(grace.leftForClosing()).isZero();
    }
}
