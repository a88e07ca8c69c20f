// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The texts of log lines with places for arguments, {@code {0}}: in them a single apostrophe vanishes, and quotes what follows. */
class LogTextsTest {
    private static final Pattern STATEMENT = Pattern.compile("LOG\\.log\\(.*?\\);\\n", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("\"((?:\\\\.|[^\"\\\\])*)\"");
    private static final Pattern PLACE = Pattern.compile("\\{\\d");

    @Test
    void apostrophesAreDoubledWhereThereArePlaces() throws IOException {
        // Given
        List<String> texts;
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            texts = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(LogTextsTest::texts)
                    .filter(text -> PLACE.matcher(text).find())
                    .toList();
        }
        // When
        List<String> wrong = texts.stream()
                .filter(text -> text.replace("''", "").contains("'"))
                .toList();
        // Then
        assertThat(texts).hasSizeGreaterThan(10);
        assertThat(wrong).isEmpty();
    }

    private static Stream<String> texts(Path file) {
        String source;
        try {
            source = Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return STATEMENT.matcher(source).results().map(MatchResult::group).map(LogTextsTest::text);
    }

    private static String text(String statement) {
        return LITERAL.matcher(statement).results().map(found -> found.group(1)).collect(Collectors.joining());
    }
}
