// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScrubTargetTest {
    @Test
    void starIsEverything() {
        assertThat(ScrubTarget.parse("*")).isEqualTo(ScrubTarget.EVERYTHING);
    }

    @Test
    void imageIsNamedBehindSlash() {
        assertThat(ScrubTarget.parse("image/debian-12")).isEqualTo(ScrubTarget.of(ResourceName.parse("debian-12")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "image/a.b-c", "snapshot/a.b-c"})
    void textIsWhatWasParsed(String text) {
        assertThat(ScrubTarget.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "snapshot/X, INVALID_NAME",
        "image/, INVALID_NAME",
        "image/../x, INVALID_NAME",
        "images/x, INVALID_REQUEST",
        "'', INVALID_REQUEST",
        "**, INVALID_REQUEST"
    })
    void otherTextIsRefused(String text, Refusal refusal) {
        assertThatThrownBy(() -> ScrubTarget.parse(text))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }
}
