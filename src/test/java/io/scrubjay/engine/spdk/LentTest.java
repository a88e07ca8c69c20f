// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LentTest {
    private final List<String> closed = new ArrayList<>();
    private final Lent<String> lent = new Lent<>("handle", closed::add);

    @Test
    void whatNobodyUsesIsClosedAtOnce() {
        assertThat(lent.use(String::length)).hasValue(6);

        lent.giveUp();

        assertThat(closed).containsExactly("handle");
        assertThat(lent.use(String::length)).isEmpty();
    }

    /** As when an export ends in the middle of a job that writes through its handle. */
    @Test
    void whatIsUsedIsClosedByWhoeverIsLast() {
        assertThat(lent.use(outer -> lent.use(inner -> {
                    lent.giveUp();
                    assertThat(closed).isEmpty();
                    return inner;
                })))
                .isPresent();

        assertThat(closed).containsExactly("handle");
    }

    @Test
    void useThatFailsIsOverToo() {
        assertThatThrownBy(() -> lent.use(handle -> {
                    lent.giveUp();
                    throw new IllegalStateException("no more");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(closed).containsExactly("handle");
    }
}
