// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ResourceNameTest {
    private static final String LONGEST = "a".repeat(63);

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "debian-12", "debian-12.8.0", "a--b..c"})
    void namesAreNames(String text) {
        assertThat(ResourceName.parse(text)).hasToString(text);
    }

    @Test
    void longestNameHas63Characters() {
        assertThat(ResourceName.parse(LONGEST).value()).hasSize(63);
        assertThatThrownBy(() -> ResourceName.parse(LONGEST + "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", ".a", "a.", "A", "a_b", "a/b", "ä", "a\n", "a b"})
    void otherTextIsRefusedWithARule(String text) {
        assertThatThrownBy(() -> ResourceName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lower-case letters");
    }

    @Test
    void whatTheAgentCallsSomethingIsNoNameThatPeopleCanGive() {
        ResourceName nameless = ResourceName.ofNameless(ImageId.random());

        assertThat(ResourceName.parseKnown(nameless.value())).isEqualTo(nameless);
        assertThatThrownBy(() -> ResourceName.parse(nameless.value()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lower-case letters");
    }

    @Test
    void messageIsShortWhateverWasGiven() {
        assertThatThrownBy(() -> ResourceName.parse("/".repeat(1 << 20)))
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(250));
    }
}
