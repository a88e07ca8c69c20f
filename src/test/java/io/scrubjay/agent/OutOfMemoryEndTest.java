// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Which JVMs end when there is no memory left. */
class OutOfMemoryEndTest {
    @Test
    void onlyTheOptionMakesSure() {
        assertThat(OutOfMemoryEnd.isSure(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError")))
                .isTrue();
        assertThat(OutOfMemoryEnd.isSure(List.of("-Xmx256m", "-XX:-ExitOnOutOfMemoryError")))
                .isFalse();
        assertThat(OutOfMemoryEnd.isSure(List.of())).isFalse();
    }
}
