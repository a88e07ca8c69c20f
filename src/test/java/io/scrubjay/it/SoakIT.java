// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A short soak in the ordinary build, so that it does not rot; {@code ./dev soak} has it go on for longer. */
class SoakIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SoakIT.class);

    @Test
    void everythingIsAsItMustBeAfterwards() {
        // Given
        SoakPlan plan = SoakPlan.chosen();
        Soak soak = new Soak(plan, WORKSPACE);

        // When
        soak.run();

        // Then
        System.out.println("soak: " + plan);
        soak.tally().print();
        assertThat(soak.tally().of("agents killed")).isPositive();
        assertThat(soak.tally().of("scrubs finished")).isPositive();
        assertThat(soak.tally().of("audit: whole images, byte for byte")).isPositive();
    }
}
