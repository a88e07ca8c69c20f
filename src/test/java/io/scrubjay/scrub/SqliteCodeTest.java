// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What SQLite's check of a database says, as its sources word it. */
class SqliteCodeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*** in database main ***\nTree 4 page 7: unable to get the page. error code=266",
                "Tree 4 page 7: unable to get the page. error code=10",
                "Freelist: failed to get page 12",
            })
    void pageThatTheDeviceDoesNotGiveIsNoDamage(String verdict) {
        assertThat(SqliteCode.saysUnreadable(verdict)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ok",
                "Tree 4 page 7: unable to get the page. error code=11",
                "Tree 4 page 7: unable to get the page. error code=267",
                "Tree 4 page 7 cell 2: Rowid 9 out of order",
                "Page 12: never used",
            })
    void damageIsDamage(String verdict) {
        assertThat(SqliteCode.saysUnreadable(verdict)).isFalse();
    }
}
