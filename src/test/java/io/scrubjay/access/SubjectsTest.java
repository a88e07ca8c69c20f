// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class SubjectsTest {
    private static final String UPLOADER = "system:serviceaccount:ci:uploader";

    private final Subjects subjects = new Subjects(Map.of(UPLOADER, Role.UPLOAD));

    @Test
    void mappedSubjectHasItsRole() {
        assertThat(subjects.caller(UPLOADER, Way.CERTIFICATE))
                .isEqualTo(Caller.of(UPLOADER, Role.UPLOAD, Way.CERTIFICATE));
    }

    @Test
    void unknownSubjectHasNoRole() {
        assertThat(subjects.caller("system:serviceaccount:ci:other", Way.CERTIFICATE)
                        .role())
                .isEmpty();
        assertThat(subjects.caller("other", List.of("developers")).role()).isEmpty();
    }

    @Test
    void highestRoleCounts() {
        assertThat(subjects.caller(UPLOADER, List.of("read")).role()).hasValue(Role.UPLOAD);
        assertThat(subjects.caller(UPLOADER, List.of("x", "admin", "read")).role())
                .hasValue(Role.ADMIN);
    }

    @Test
    void wayIsTheGroupsOnlyWhereTheRoleIs() {
        assertThat(subjects.caller(UPLOADER, List.of()).way()).isEqualTo(Way.ISSUER);
        assertThat(subjects.caller(UPLOADER, List.of("upload", "read")).way()).isEqualTo(Way.ISSUER);
        assertThat(subjects.caller(UPLOADER, List.of("admin")).way()).isEqualTo(Way.ISSUER_GROUP);
        assertThat(subjects.caller("other", List.of("read")).way()).isEqualTo(Way.ISSUER_GROUP);
        assertThat(subjects.caller("other", List.of("developers")).way()).isEqualTo(Way.ISSUER);
    }
}
