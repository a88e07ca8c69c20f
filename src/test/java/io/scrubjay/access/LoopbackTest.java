// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LoopbackTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "::1",
                "[::1]",
                "0:0:0:0:0:0:0:1",
                "localhost",
                "::ffff:127.0.0.1"
            })
    void theseAreReachedFromThisMachineAlone(String host) {
        assertThat(Loopback.is(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "",
                " ",
                "10.0.0.1",
                "128.0.0.1",
                "fe80::1",
                "2001:db8::1",
                "no-such-host.invalid"
            })
    void theseAreNot(String host) {
        assertThat(Loopback.is(host)).isFalse();
    }
}
