// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class EntityTagsTest {
    private static final String TAG = "\"scrubjay1:ab\"";

    @Test
    void aTagIsFoundInAList() {
        assertThat(EntityTags.anyMatches(List.of("\"x\", " + TAG), TAG)).isTrue();
    }

    @Test
    void aStarMatchesAnything() {
        assertThat(EntityTags.anyMatches(List.of("*"), TAG)).isTrue();
    }

    @Test
    void aWeakTagCountsForIfNoneMatchOnly() {
        assertThat(EntityTags.anyMatches(List.of("W/" + TAG), TAG)).isTrue();
        assertThat(EntityTags.isSame("W/" + TAG, TAG)).isFalse();
    }

    @Test
    void anotherTagDoesNotMatch() {
        assertThat(EntityTags.anyMatches(List.of("\"scrubjay1:abc\"", "scrubjay1:ab"), TAG))
                .isFalse();
    }

    @Test
    void aDateIsNeverTheSame() {
        assertThat(EntityTags.isSame("Wed, 21 Oct 2015 07:28:00 GMT", TAG)).isFalse();
    }

    @Test
    void aRequestForOtherBytesIsNotAllowed() {
        assertThat(EntityTags.allow(List.of(), TAG)).isTrue();
        assertThat(EntityTags.allow(List.of("*"), TAG)).isTrue();
        assertThat(EntityTags.allow(List.of("\"other\", " + TAG), TAG)).isTrue();
        assertThat(EntityTags.allow(List.of("\"other\""), TAG)).isFalse();
        assertThat(EntityTags.allow(List.of("W/" + TAG), TAG)).isFalse();
    }

    @Test
    void aTagOfAnotherFormIsOfTheSameBytes() {
        assertThat(EntityTags.allowAnyForm(List.of("\"scrubjay1:ab-qcow2-0123\""), TAG))
                .isTrue();
        assertThat(EntityTags.allowAnyForm(List.of(TAG), TAG)).isTrue();
        assertThat(EntityTags.allowAnyForm(List.of("\"scrubjay1:abc-qcow2-0123\""), TAG))
                .isFalse();
        assertThat(EntityTags.allowAnyForm(List.of("W/\"scrubjay1:ab-qcow2-0123\""), TAG))
                .isFalse();
        assertThat(EntityTags.allow(List.of("\"scrubjay1:ab-qcow2-0123\""), TAG))
                .isFalse();
    }
}
