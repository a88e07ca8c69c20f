// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WatchedFileTest {
    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void writeFirst() {
        path = directory.resolve("secret");
        write("one");
    }

    private void write(String content) {
        try {
            Files.writeString(path, content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.equals("wrong")) {
            throw new IllegalArgumentException("line 1 is wrong");
        }
        return text;
    }

    private WatchedFile<String> open() {
        return WatchedFile.open(path, WatchedFileTest::parse);
    }

    @Test
    void newContentHoldsAfterALook() {
        // Given
        WatchedFile<String> file = open();
        write("two");

        // When
        WatchedFile.Look look = file.look();

        // Then
        assertThat(look).isEqualTo(WatchedFile.Look.CHANGED);
        assertThat(file.content()).isEqualTo("two");
        assertThat(file.look()).isEqualTo(WatchedFile.Look.SAME);
    }

    @Test
    void replacedFileIsSeenAsWell() throws IOException {
        // Given
        WatchedFile<String> file = open();
        Path other = Files.writeString(directory.resolve("other"), "two");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(path));
        Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);

        // When
        file.look();

        // Then
        assertThat(file.content()).isEqualTo("two");
    }

    @Test
    void fileThatIsBeingWrittenChangesNothingYet() {
        // Given
        WatchedFile<String> file = WatchedFile.open(path, WatchedFileTest::parse, () -> write("two"));
        write("");

        // When
        WatchedFile.Look during = file.look();

        // Then
        assertThat(during).isEqualTo(WatchedFile.Look.SAME);
        assertThat(file.content()).isEqualTo("one");
        assertThat(file.look()).isEqualTo(WatchedFile.Look.CHANGED);
        assertThat(file.content()).isEqualTo("two");
    }

    @Test
    void emptiedFileTakesEverythingBack() {
        // Given
        WatchedFile<String> file = open();
        write("");

        // When
        file.look();

        // Then
        assertThat(file.content()).isEmpty();
    }

    @Test
    void wrongContentChangesNothingAndIsToldOnce() {
        // Given
        WatchedFile<String> file = open();
        write("wrong");

        // When
        assertThatThrownBy(file::look).isInstanceOf(IllegalArgumentException.class);

        // Then
        assertThat(file.content()).isEqualTo("one");
        assertThat(file.look()).isEqualTo(WatchedFile.Look.SAME);
    }

    @Test
    void missingFileChangesNothing() throws IOException {
        // Given
        WatchedFile<String> file = open();
        Files.delete(path);

        // When
        assertThatThrownBy(file::look).isInstanceOf(UncheckedIOException.class);

        // Then
        assertThat(file.content()).isEqualTo("one");
    }

    @Test
    void fileThatIsWrongFromTheStartIsRefused() throws IOException {
        write("wrong");
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("line 1 is wrong");
        Files.delete(path);
        assertThatThrownBy(this::open).isInstanceOf(IllegalArgumentException.class);
    }

    private void makePipe() throws IOException, InterruptedException {
        Files.deleteIfExists(path);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void pipeIsRefusedAndNotWaitedFor() throws Exception {
        makePipe();
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(path + " cannot be read")
                .hasMessageContaining("not a regular file");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void fileThatBecomesAPipeChangesNothing() throws Exception {
        // Given
        WatchedFile<String> file = open();
        makePipe();

        // When
        assertThatThrownBy(file::look)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("not a regular file");

        // Then
        assertThat(file.content()).isEqualTo("one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "/dev/null", "/tmp"})
    void whatIsNoRegularFileIsRefused(String other) {
        path = Path.of(other);
        assertThatThrownBy(this::open).hasMessageContaining("not a regular file");
    }

    @Test
    void linksAreFollowed() throws IOException {
        // Given
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("secret"));

        // When
        WatchedFile<String> file =
                WatchedFile.open(Files.createSymbolicLink(directory.resolve("mounted"), link), WatchedFileTest::parse);

        // Then
        assertThat(file.content()).isEqualTo("one");
    }

    @Test
    void fileThatIsTooLargeIsRefused() {
        write("x".repeat((1 << 20) + 1));
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("larger than 1048576 bytes");
    }
}
