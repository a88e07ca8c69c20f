// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.scrubjay.block.ByteRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class RangeFieldTest {
    private static RangeField.Wanted of(String field) {
        return RangeField.of(Optional.of(field), 1000);
    }

    @Test
    void withoutAFieldEverythingIsWanted() {
        assertThat(RangeField.of(Optional.empty(), 1000)).isEqualTo(new RangeField.Whole());
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=0-999, 0, 1000",
        "bytes=10-19, 10, 10",
        "bytes=999-, 999, 1",
        "bytes=0-, 0, 1000",
        "bytes=500-99999, 500, 500",
        "bytes=500-99999999999999999999999, 500, 500",
        "bytes=-1, 999, 1",
        "bytes=-1000, 0, 1000",
        "bytes=-5000, 0, 1000",
        "BYTES = 1-2, 1, 2",
    })
    void aRangeIsCutAtTheEnd(String field, long offset, long length) {
        assertThat(of(field)).isEqualTo(new RangeField.Part(new ByteRange(offset, length)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=99999999999999999999-"})
    void aRangeBehindTheEndIsUnsatisfiable(String field) {
        assertThat(of(field)).isEqualTo(new RangeField.Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "bytes", "bytes=", "bytes=-", "bytes=2-1", "bytes=a-b", "bytes=1-2,4-5", "chunks=1-2", "1-2"
            })
    void whatIsNotOneRangeIsPassedOver(String field) {
        assertThat(of(field)).isEqualTo(new RangeField.Whole());
    }
}
