// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BoundaryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "multipart/form-data; boundary=abc|abc",
                "multipart/form-data;boundary=abc|abc",
                "Multipart/Form-Data; charset=utf-8; BOUNDARY=\"abc\"|abc",
                "multipart/form-data; boundary=\"a b;c\"|a b;c",
                "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW|----WebKitFormBoundary7MA4YWxkTrZu0gW",
                "multipart/form-data; boundary=a=b:c/d?|a=b:c/d?",
            })
    void boundaryIsTakenFromTheHeader(String contentType, String boundary) {
        assertThat(Boundary.ofContentType(List.of(contentType))).isEqualTo(new Boundary(boundary));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=\"a \"",
                "multipart/form-data; boundary=a; boundary=b",
                "multipart/form-data; boundary=caf\u00e9",
                "multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890",
                "multipart/form-data; boundary=\"a",
                "multipart/mixed; boundary=a",
                "",
            })
    void headerWithoutABoundaryIsRefused(String contentType) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Boundary.ofContentType(List.of(contentType)))
                .withMessageContaining("multipart/form-data; boundary=<text>")
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST));
    }

    @Test
    void twoHeadersAreRefused() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Boundary.ofContentType(
                        List.of("multipart/form-data; boundary=a", "multipart/form-data; boundary=b")))
                .withMessageContaining("2 Content-Type");
    }
}
