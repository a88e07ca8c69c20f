// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class BrokenPairsTest {
    private static final String ID = "-0123456789abcdef0123456789abcdef";

    private static List<String> among(String... kinds) {
        return BrokenPairs.among(Stream.of(kinds)
                        .map(kind -> VolumeName.of(kind.contains("-") ? kind : kind + ID))
                        .toList())
                .stream()
                .map(left -> left.value().replace(ID, ""))
                .toList();
    }

    @Test
    void whatIsTherewithItsOtherHalfIsWhole() {
        assertThat(among("manifest", "image", "quarantine")).isEmpty();
        assertThat(among("manifest", "snapshot")).isEmpty();
        assertThat(among("label", "volume")).isEmpty();
        assertThat(among("somebody-elses")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"manifest", "label", "image", "snapshot", "volume", "quarantine"})
    void whatIsThereWithoutItIsLeftAlone(String kind) {
        assertThat(among(kind)).containsExactly(kind);
    }

    /** Its name says so, or something beside it. */
    @Test
    void whatIsBeingMadeOrDeletedIsNot() {
        for (String onTheWay : List.of("staged", "stagedl", "deleted")) {
            assertThat(among(onTheWay)).isEmpty();
            for (String kind : List.of("image", "snapshot", "volume", "quarantine")) {
                assertThat(among(onTheWay, kind))
                        .as("%s beside %s", kind, onTheWay)
                        .isEmpty();
            }
        }
        assertThat(among("head")).isEmpty();
        assertThat(among("stagedq")).isEmpty();
    }
}
