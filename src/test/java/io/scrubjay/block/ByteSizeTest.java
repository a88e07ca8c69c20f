// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "64K, 65536",
        "64k, 65536",
        "64KiB, 65536",
        "64 KB, 65536",
        "512B, 512",
        "1M, 1048576",
        "3G, 3221225472",
        "16T, 17592186044416",
        "7P, 7881299347898368",
        "9223372036854775807, 9223372036854775807"
    })
    void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
        assertThat(ByteSize.parse(" " + text + " ").bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "K",
                "-1",
                "1.5M",
                "1X",
                "1MM",
                "1e3",
                "0x10",
                "1K1",
                "9223372036854775808",
                "8192P",
                "99999999999999999999"
            })
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size");
    }

    @Test
    void negativeSizeIsRefused() {
        assertThatThrownBy(() -> new ByteSize(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1023, 1023", "1024, 1K", "1536, 1536", "1048576, 1M", "17592186044416, 16T"})
    void textIsTheShortestExactForm(long bytes, String text) {
        assertThat(new ByteSize(bytes)).hasToString(text);
    }
}
