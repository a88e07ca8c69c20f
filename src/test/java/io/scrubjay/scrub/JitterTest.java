// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class JitterTest {
    @Test
    void delaysDifferAndStayBelowTheMaximum() {
        Jitter jitter = new Jitter(Duration.ofMinutes(30), new Random(1));

        assertThat(Stream.generate(jitter::next).limit(1000))
                .allSatisfy(delay -> assertThat(delay).isBetween(Duration.ZERO, Duration.ofMinutes(30)))
                .anySatisfy(delay -> assertThat(delay).isLessThan(Duration.ofMinutes(5)))
                .anySatisfy(delay -> assertThat(delay).isGreaterThan(Duration.ofMinutes(25)));
    }

    @Test
    void sameSeedGivesSameDelays() {
        Jitter one = new Jitter(Duration.ofHours(1), new Random(7));
        Jitter other = new Jitter(Duration.ofHours(1), new Random(7));

        assertThat(one.next()).isEqualTo(other.next());
    }

    @Test
    void zeroMeansNoDelay() {
        assertThat(new Jitter(Duration.ZERO, new Random(1)).next()).isZero();
    }
}
