// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NativeLibraryTest {
    @TempDir
    Path directory;

    @AfterEach
    void forgetTheDirectory() {
        System.clearProperty(NativeLibrary.DIRECTORY_PROPERTY);
    }

    @Test
    void unpackedLibraryLeavesNoFile() throws IOException {
        // When it comes out of the jar, perhaps not for the first time
        NativeLibrary.load("scrubjay");

        // Then this process has it mapped, and its file is gone
        assertThat(mapped("libscrubjay.so")).isNotEmpty().allMatch(line -> line.endsWith("(deleted)"));
    }

    /** Two copies would not share what the library remembers. */
    @Test
    void unpackedLibraryIsLoadedOnce() throws IOException {
        NativeLibrary.load("scrubjay");
        List<String> once = mapped("libscrubjay.so");

        NativeLibrary.load("scrubjay");

        assertThat(mapped("libscrubjay.so")).hasSameSizeAs(once);
    }

    @Test
    void namedDirectoryIsUsed() throws IOException {
        // Given
        try (InputStream library = NativeLibrary.class.getResourceAsStream("/META-INF/native/libscrubjay.so")) {
            Files.copy(library, directory.resolve("libelsewhere.so"));
        }
        System.setProperty(NativeLibrary.DIRECTORY_PROPERTY, directory.toString());

        // When
        NativeLibrary.load("elsewhere");

        // Then it is there: this process has it mapped
        assertThat(mapped("libelsewhere.so")).isNotEmpty();
    }

    @Test
    void libraryMissingFromTheNamedDirectoryIsNamed() {
        System.setProperty(NativeLibrary.DIRECTORY_PROPERTY, directory.toString());
        assertThatThrownBy(() -> NativeLibrary.load("scrubjay"))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining(directory.resolve("libscrubjay.so").toString())
                .hasMessageContaining(NativeLibrary.DIRECTORY_PROPERTY);
    }

    @Test
    void libraryMissingEverywhereIsNamedWithTheRemedy() {
        assertThatThrownBy(() -> NativeLibrary.load("scrubjay_nothing"))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining("libscrubjay_nothing.so")
                .hasMessageContaining(NativeLibrary.DIRECTORY_PROPERTY);
    }

    private static List<String> mapped(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains(file)).toList();
        }
    }
}
