// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.manifest.ManifestHeader;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class PreconditionsTest {
    @Test
    void dayOfADateHasTwoDigits() {
        assertThat(Preconditions.httpDate(Instant.parse("2008-06-03T11:05:30.5Z")))
                .isEqualTo("Tue, 03 Jun 2008 11:05:30 GMT");
    }

    /** Other bytes had this name before, and the clock was set back in between. */
    @Test
    void dateOfWhatWasReplacedIsNotThatOfWhatIsThere() {
        Instant sealedAt = Instant.parse("2008-06-03T11:05:30.5Z");
        ManifestHeader header = ImageViewTest.sealedAt(sealedAt);

        assertThat(Preconditions.isDateOf(Preconditions.date(header), header)).isTrue();
        for (long days : new long[] {1, 365 * 30, -1}) {
            String other = Preconditions.httpDate(sealedAt.plus(Duration.ofDays(days)));
            assertThat(Preconditions.isDateOf(other, header)).as(other).isFalse();
        }
        assertThat(Preconditions.isDateOf("yesterday", header)).isFalse();
    }
}
