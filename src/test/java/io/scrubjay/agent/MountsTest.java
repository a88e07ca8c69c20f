// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class MountsTest {
    private static final Mounts MOUNTS = new Mounts(List.of(
            "/dev/sda1 / ext4 rw,relatime 0 0",
            "/dev/sda2 /var ext4 rw,nosuid,noexec 0 0",
            "/dev/sda3 /var/lib/scrubjay xfs rw 0 0",
            "tmpfs /a\\040b tmpfs rw,noexec 0 0",
            "tmpfs /twice tmpfs rw,noexec 0 0",
            "tmpfs /twice tmpfs rw 0 0",
            "nonsense"));

    @ParameterizedTest
    @CsvSource({
        "/srv/state, false",
        "/var/state, true",
        "/var/lib/scrubjay/state, false",
        "/variable, false",
        "/a b/state, true",
        "/twice/state, false",
        "/srv/../var/state, true"
    })
    void deepestMountSaysWhetherLibrariesCanBeLoaded(Path path, boolean isForbidden) {
        assertThat(MOUNTS.forbidLibrariesIn(path)).isEqualTo(isForbidden);
    }

    @Test
    void kernelsListIsUnderstood() {
        assertThat(Mounts.now().lines()).anyMatch(line -> line.split(" ", -1)[1].equals("/"));
    }
}
