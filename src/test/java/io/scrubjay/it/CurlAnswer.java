// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What came of a curl. Immutable.
 *
 * @param exit its exit status
 * @param status the HTTP status, 0 when there was none
 * @param sentBytes how much of the body it has sent
 * @param headers the lines of the last head it got
 * @param body where the body lies, if there was any
 * @param error what it complained of
 */
record CurlAnswer(int exit, int status, long sentBytes, List<String> headers, Path body, String error) {
    /** The exit status when the answer ended before its end. */
    static final int CUT = 18;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TEXT_BYTES_MAX = 1 << 20;

    static Path head(Path scratch) {
        return Path.of(scratch + ".head");
    }

    static CurlAnswer of(int exit, String told, String error, Path scratch) throws IOException {
        String[] words = told.strip().split(" ", -1);
        return new CurlAnswer(
                exit,
                words.length == 2 ? Integer.parseInt(words[0]) : 0,
                words.length == 2 ? Long.parseLong(words[1]) : 0,
                lastHead(head(scratch)),
                Path.of(scratch + ".body"),
                error.strip());
    }

    /** Behind the head of a 100 comes another. */
    private static List<String> lastHead(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        int begin = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("HTTP/")) {
                begin = i;
            }
        }
        return List.copyOf(lines.subList(begin, lines.size()));
    }

    Optional<String> header(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .findFirst();
    }

    String text() {
        try {
            return Files.exists(body) && Files.size(body) <= TEXT_BYTES_MAX
                    ? new String(Files.readAllBytes(body), StandardCharsets.UTF_8)
                    : "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    JsonNode json() {
        try {
            return JSON.readTree(body.toFile());
        } catch (IOException failed) {
            throw new UncheckedIOException(toString(), failed);
        }
    }

    /** Fails unless the whole exchange came to its end with this status. */
    CurlAnswer require(int expectedStatus) {
        assertThat(status).as("status of %s", this).isEqualTo(expectedStatus);
        assertThat(exit).as("exit status of %s", this).isZero();
        return this;
    }

    /** Fails unless this is a problem of this kind, as RFC 9457 has it. */
    CurlAnswer requireProblem(int expectedStatus, String code) {
        require(expectedStatus);
        assertThat(header("Content-Type").orElse("")).as("type of %s", this).startsWith("application/problem+json");
        assertThat(json().path("code").asText()).as("code of %s", this).isEqualTo(code);
        assertThat(json().path("status").asInt()).as("status in %s", this).isEqualTo(expectedStatus);
        assertThat(json().path("detail").asText()).as("detail of %s", this).isNotBlank();
        return this;
    }

    @Override
    public String toString() {
        return "curl exit " + exit + (error.isEmpty() ? "" : " (" + error + ")") + ", HTTP " + status + ", " + sentBytes
                + " bytes sent: " + text();
    }
}
