// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.block.ByteRange;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ContentRangeFieldTest {
    @Test
    void firstAndLastAreInclusive() {
        assertThat(ContentRangeField.parse("bytes 5-9/*"))
                .isEqualTo(new ContentRangeField(new ByteRange(5, 5), OptionalLong.empty()));
        assertThat(ContentRangeField.parse(" Bytes  0-0/1 "))
                .isEqualTo(new ContentRangeField(new ByteRange(0, 1), OptionalLong.of(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 5-9",
                "bytes */10",
                "bytes 9-5/*",
                "bytes -5/*",
                "bytes 5-/*",
                "bytes 0-10/10",
                "bytes 0-9999999999999999999/*",
                "items 0-1/*",
                "bytes 0-1/*, bytes 2-3/*"
            })
    void whatCannotBeIsRefused(String field) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> ContentRangeField.parse(field))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST));
    }
}
