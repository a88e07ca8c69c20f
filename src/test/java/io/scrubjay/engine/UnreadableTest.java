// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.memory.MemoryEngine;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class UnreadableTest {
    private static final VolumeName MISSED = VolumeName.of("missed");

    @Test
    void aNameMakesNoLineOfItsOwn() {
        Unreadable unknown = new Unreadable(
                Optional.empty(), "volumes/a\n2026-01-01 ERROR $1 \\ é\u2028\u001b[2J", 0, "it is\r\nno directory");

        assertThat(unknown.place()).isEqualTo("volumes/a\\u000a2026-01-01 ERROR $1 \\ é\\u2028\\u001b[2J");
        assertThat(unknown.reason()).isEqualTo("it is\\u000d\\u000ano directory");
    }

    /** None of them is known to be it, so none is called the cause. */
    @Test
    void whatIsNotFoundMayBeAnyOfWhatCannotBeRead() {
        List<Unreadable> unreadable = List.of(
                new Unreadable(Optional.of(VolumeName.of("one")), "volumes/one", 5, "an I/O error"),
                new Unreadable(Optional.empty(), "volumes/TWO", 0, "no name"));
        try (StorageEngine engine = new ForwardingEngine(MemoryEngine.open(ClusterSize.parse("64K"), 1 << 20)) {
            @Override
            public List<Unreadable> unreadable() {
                return unreadable;
            }
        }) {
            assertThatExceptionOfType(EngineException.VolumeUnreadable.class)
                    .isThrownBy(() -> Unreadable.requireTold(engine, MISSED))
                    .satisfies(failure -> assertThat(failure.what().toString())
                            .startsWith("'missed': ")
                            .contains("may be one of", "volumes/one", "volumes/TWO")
                            .doesNotContain("an I/O error"));
        }
    }
}
