// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SourceHeadersTest {
    @Test
    void theyAreSentAndNotShown() {
        // When
        SourceHeaders headers = SourceHeaders.of(Map.of("Authorization", "Bearer secret", "X-A", "b c"));
        // Then
        assertThat(headers.fields())
                .containsEntry("Authorization", "Bearer secret")
                .hasSize(2);
        assertThat(headers).hasToString("2 header fields");
        assertThat(new FetchSource(SourceUrl.parse("http://a/?secret"), headers).toString())
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "Range, bytes=0-",
                "HOST, secret",
                "Accept-Encoding, gzip",
                "Transfer-Encoding, chunked",
                "Connection, secret",
                "\"a b\", secret",
                "\"\", secret",
                "a:b, secret",
                "a, \"\"",
                "a, \" secret\"",
                "a, \"secret\r\nHost: b\"",
                "a, \"secret\u0000\"",
                "a, \"secrét\"",
                "a, ",
            })
    void fieldsThatCannotBeSentAreRefused(String name, String value) {
        // Given
        Map<String, String> fields = new HashMap<>();
        fields.put(name, value);
        // When, Then
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> SourceHeaders.of(fields))
                .withMessageStartingWith("'source.headers' ")
                .satisfies(refused -> {
                    assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST);
                    assertThat(refused.getMessage()).doesNotContain("secret");
                });
    }

    /** Only one of them would be sent, and nobody could tell which. */
    @Test
    void theSameFieldInOtherLettersIsRefused() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> SourceHeaders.of(Map.of("Cookie", "secret", "cookie", "other secret")))
                .satisfies(refused ->
                        assertThat(refused.getMessage()).contains("twice").doesNotContain("secret"));
    }

    @Test
    void thereIsABound() {
        // Given
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 33; i++) {
            many.put("a" + i, "b");
        }
        // When, Then
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> SourceHeaders.of(many));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> SourceHeaders.of(Map.of("a", "b".repeat(16_384))));
    }
}
