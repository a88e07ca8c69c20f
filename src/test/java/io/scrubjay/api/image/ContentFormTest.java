// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ContentFormTest {
    @ParameterizedTest
    @CsvSource({
        ", , RAW",
        "raw, , RAW",
        "raw, none, RAW",
        ", none, RAW",
        "qcow2, , QCOW2",
        "qcow2, none, QCOW2",
        "qcow2, zstd, ZSTD_QCOW2",
    })
    void formIsWhatTheClientSays(String format, String compression, ContentForm form) {
        assertThat(ContentForm.of(Optional.ofNullable(format), Optional.ofNullable(compression)))
                .isEqualTo(form);
    }

    @ParameterizedTest
    @CsvSource({
        "vmdk, , send format=raw or format=qcow2",
        "QCOW2, , send format=raw or format=qcow2",
        "auto, zstd, send format=raw or format=qcow2",
        "raw, zstd, send format=qcow2&compression=zstd",
        ", gzip, send format=qcow2&compression=zstd",
        "qcow2, xz, send compression=zstd",
    })
    void refusalSaysWhatToSend(String format, String compression, String advice) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> ContentForm.of(Optional.ofNullable(format), Optional.ofNullable(compression)))
                .withMessageContaining(advice)
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST));
    }

    @Test
    void refusalQuotesWhatWasSent() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> ContentForm.of(Optional.of("vhdx"), Optional.empty()))
                .withMessageContaining("'format' is 'vhdx'");
    }
}
