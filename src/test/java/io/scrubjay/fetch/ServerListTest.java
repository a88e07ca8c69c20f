// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ServerListTest {
    private static ServerList list(String... entries) {
        return ServerList.parse(Optional.of(List.of(entries)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/x",
                "10.0.0",
                "256.0.0.1",
                "fe80::/129",
                "a b",
                "a..b",
                ".",
                "*.a",
                "é.example"
            })
    void anEntryThatIsNoneIsNamed(String entry) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> list("images.example.org", entry))
                .withMessageContaining("'" + entry + "'");
    }

    @Test
    void aNetworkIsRefusedWithTheOneThatWasMeant() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> list("10.1.2.3/8"))
                .withMessageContaining("10.0.0.0/8");
    }

    @Test
    void namesBelowAnotherAreThoseAlone() {
        // When
        ServerList list = list(" .Example.ORG ", "images.test");
        // Then
        assertThat(list.hasName("a.example.org")).isTrue();
        assertThat(list.hasName("a.b.example.org")).isTrue();
        assertThat(list.hasName("example.org")).isFalse();
        assertThat(list.hasName("anexample.org")).isFalse();
        assertThat(list.hasName("images.test")).isTrue();
        assertThat(list.hasExactly("a.example.org")).isFalse();
    }

    @Test
    void nothingIsListedWithoutEntries() {
        assertThat(ServerList.parse(Optional.empty()).hasName("a")).isFalse();
        assertThat(ServerList.parse(Optional.empty()).hasOthers()).isFalse();
    }
}
