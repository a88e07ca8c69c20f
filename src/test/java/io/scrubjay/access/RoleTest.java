// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RoleTest {
    @Test
    void eachIncludesTheOneBefore() {
        assertThat(Role.READ.includedNames()).containsExactlyInAnyOrder("read");
        assertThat(Role.UPLOAD.includedNames()).containsExactlyInAnyOrder("read", "upload");
        assertThat(Role.ADMIN.includedNames()).containsExactlyInAnyOrder("read", "upload", "admin");
    }

    @Test
    void constantsAreTheNames() {
        assertThat(Role.ofWireName(Role.READ_NAME)).hasValue(Role.READ);
        assertThat(Role.ofWireName(Role.UPLOAD_NAME)).hasValue(Role.UPLOAD);
        assertThat(Role.ofWireName(Role.ADMIN_NAME)).hasValue(Role.ADMIN);
        assertThat(Role.ofWireName("Admin")).isEmpty();
    }
}
