// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import org.junit.jupiter.api.Test;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class PreconditionsTest {
    @Test
    void dayOfADateHasTwoDigits() {
        assertThat(Preconditions.httpDate(Instant.parse("2008-06-03T11:05:30.5Z")))
                .isEqualTo("Tue, 03 Jun 2008 11:05:30 GMT");
    }
}
