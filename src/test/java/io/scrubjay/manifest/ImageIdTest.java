// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ImageIdTest {
    @Test
    void bothSpellingsReadBack() {
        ImageId id = ImageId.parse("f1234567-89ab-4cde-ff01-23456789abcd");

        assertThat(ImageId.parse(id.toString())).isEqualTo(id);
        assertThat(id.hex()).isEqualTo("f123456789ab4cdeff0123456789abcd");
        assertThat(StoredId.ofHex(id.hex())).contains(id.stored());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1-2-3-4-5", "f123456789ab4cdeff0123456789abcd", "f1234567-89ab-4cde-ff01-23456789abcg"})
    void whatIsNoUuidIsRefused(String text) {
        assertThatThrownBy(() -> ImageId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void orderIsThatOfTheHexDigits() {
        ImageId low = ImageId.parse("01234567-89ab-4cde-8f01-23456789abcd");
        ImageId high = ImageId.parse("f1234567-89ab-4cde-8f01-23456789abcd");

        assertThat(low).isLessThan(high);
        assertThat(low.hex()).isLessThan(high.hex());
    }
}
