// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.tools;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The build of a C library fails where its files call each other in a circle. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AcyclicTest {
    private static final Path SCRIPT = Path.of("src/main/c/acyclic.sh").toAbsolutePath();

    @TempDir
    Path directory;

    private record Ended(int status, String output) {}

    @Test
    void filesThatCallDownwardsPass() throws Exception {
        // Given
        compile("top", "void left(void); void right(void); void top(void); void top(void) { left(); right(); }");
        compile("left", "void bottom(void); void left(void); void left(void) { bottom(); }");
        compile("right", "void bottom(void); void right(void); void right(void) { bottom(); }");
        compile("bottom", "int puts(const char *text); void bottom(void); void bottom(void) { puts(\"x\"); }");

        // When
        Ended ended = run(SCRIPT.toString(), "top.o", "left.o", "right.o", "bottom.o");

        // Then
        assertThat(ended).isEqualTo(new Ended(0, ""));
    }

    @Test
    void filesInACircleAreNamed() throws Exception {
        // Given
        compile("top", "void left(void); void top(void); void top(void) { left(); }");
        compile("left", "void right(void); void left(void); void left(void) { right(); }");
        compile("right", "extern int shared; void right(void); void right(void) { shared++; }");
        compile("variable", "void left(void); int shared; void variable(void); void variable(void) { left(); }");

        // When
        Ended ended = run(SCRIPT.toString(), "top.o", "left.o", "right.o", "variable.o");

        // Then
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output().lines()).first().isEqualTo("these C files call each other in a circle:");
        assertThat(ended.output().lines().skip(1)).containsExactlyInAnyOrder("  left.c", "  right.c", "  variable.c");
    }

    private void compile(String name, String source) throws IOException, InterruptedException {
        Files.writeString(directory.resolve(name + ".c"), source);
        assertThat(run("cc", "-c", name + ".c")).isEqualTo(new Ended(0, ""));
    }

    private Ended run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }
}
