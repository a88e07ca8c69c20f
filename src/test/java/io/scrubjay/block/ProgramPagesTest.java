// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.Test;

import java.io.IOException;

import static org.assertj.core.api.Assertions.assertThat;

class ProgramPagesTest {
    /** As the kernel lists a native executable, with fewer sizes. */
    private static final String SMAPS = """
            55d000000000-55d0000f5000 r--p 00000000 fe:00 2441223                    /opt/scrubjay/scrubjay
            Size:                980 kB
            Rss:                 980 kB
            Anonymous:             0 kB
            VmFlags: rd mr mw me sd
            55d000100000-55d002be7000 r-xp 00100000 fe:00 2441223                    /opt/scrubjay/scrubjay
            Size:              43932 kB
            Rss:               29536 kB
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me sd
            55d002be8000-55d002be9000 r--p 02be8000 fe:00 2441223                    /opt/scrubjay/scrubjay
            Size:                  4 kB
            Rss:                   4 kB
            Anonymous:             4 kB
            VmFlags: rd mr mw me ac sd
            55d002c20000-55d005e50000 rw-p 02c20000 fe:00 2441223                    /opt/scrubjay/scrubjay
            Size:              51392 kB
            Rss:               13916 kB
            Anonymous:             0 kB
            VmFlags: rd wr mr mw me ac sd
            7fb9a8079000-7fb9a817c000 r--p 00000000 00:00 0
            Size:               1036 kB
            Rss:                1036 kB
            Anonymous:             0 kB
            VmFlags: rd mr mw me sd
            7fb99ac00000-7fb99acfa000 r-xp 00000000 fe:00 2443730                    /opt/scrubjay/libsqlitejdbc.so
            Size:               1000 kB
            Rss:                 832 kB
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me sd
            7fb99ad00000-7fb99ad01000 r--s 00000000 fe:00 2441223                    /opt/scrubjay/scrubjay
            Size:                  4 kB
            Rss:                   4 kB
            Anonymous:             0 kB
            VmFlags: rd mr me ms sd
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
            Size:                  4 kB
            Rss:                   0 kB
            Anonymous:             0 kB
            VmFlags: ex
            """;

    @Test
    void onlyWhatTheProgramsFileStillHasIsGivenBack() {
        assertThat(ProgramPages.unchanged(SMAPS.lines(), "/opt/scrubjay/scrubjay"))
                .containsExactly(
                        new Mapping(0x55d000000000L, 0xf5000, false, true, "/opt/scrubjay/scrubjay", 980 << 10, 0),
                        new Mapping(0x55d000100000L, 0x2ae7000, false, true, "/opt/scrubjay/scrubjay", 29536 << 10, 0));
    }

    @Test
    void aProgramWhoseFileWasReplacedIsFoundByTheNameItHasNow() {
        String replaced = SMAPS.replace("/opt/scrubjay/scrubjay", "/opt/scrubjay/scrubjay (deleted)");
        assertThat(ProgramPages.unchanged(replaced.lines(), "/opt/scrubjay/scrubjay (deleted)"))
                .hasSize(2);
    }

    @Test
    void aKernelThatDoesNotCountWhatWasChangedIsNotBelieved() {
        String uncounted = SMAPS.replaceAll("Anonymous: .*\n", "");
        assertThat(ProgramPages.unchanged(uncounted.lines(), "/opt/scrubjay/scrubjay"))
                .isEmpty();
    }

    /** The virtual machine's program is a small one that waits for the end: nothing of it is needed meanwhile. */
    @Test
    void thisProgramGoesOnWithoutThem() throws IOException {
        // Given
        assertThat(ProgramPages.unchanged()).isNotEmpty();

        // When
        ProgramPages.giveBack();

        // Then
        assertThat(ProgramPages.unchanged())
                .isNotEmpty()
                .allSatisfy(mapping -> assertThat(mapping.residentBytes()).isZero());
    }
}
