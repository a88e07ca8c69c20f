// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import io.scrubjay.api.form.RecordedParts.Part;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Forms in one piece, in pieces of every length, and cut everywhere. */
class FormParserTest {
    private static final String END = "\r\n--b--\r\n";
    private static final int ALL = 1 << 20;

    private static String head(String name) {
        return "Content-Disposition: form-data; name=\"" + name + "\"\r\n\r\n";
    }

    private static String part(String name, String content) {
        return "--b\r\n" + head(name) + content;
    }

    private static List<Part> parts(String form) {
        return RecordedParts.of("b", form, ALL, ALL);
    }

    private static void requireRefused(String form, Refusal refusal, String text) {
        for (int pieceBytes : new int[] {1, 2, 7, ALL}) {
            assertThatExceptionOfType(RefusedException.class)
                    .as("pieces of %d bytes", pieceBytes)
                    .isThrownBy(() -> RecordedParts.of("b", form, pieceBytes, ALL))
                    .withMessageContaining(text)
                    .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(refusal));
        }
    }

    /** Contents that nearly are a delimiter, or have nearly all of one at an end. */
    static Stream<String> contents() {
        return Stream.of(
                "",
                "x",
                "\r",
                "\n",
                "\r\n",
                "\r\n\r\n",
                "-",
                "--",
                "--bc",
                "--bc\r\n",
                "\r\n--",
                "\r\n--c",
                "\r\n--bb\r\n",
                "\r\n--b-",
                "\r\n--b-\r\n",
                "\r\n--b--x",
                "\r\n--b--\n",
                "\r\n--b \rx",
                "\r\n--b\n",
                "\r\n--b x\r\n",
                "\r\n--b\r\r\n--b\r",
                "\n--b\r\nx",
                "\n--b--\r\nx",
                "\r\n--B\r\n",
                "\r\n-b\r\n",
                "a--b\r\n",
                "\r\r\n--\r\n--",
                "\r\n--b" + " ".repeat(DelimiterTail.BLANKS_MAX + 1) + "\r\n",
                "\u0000\u00ff\r\n\u0080");
    }

    /** The boundary is cut at each byte, and so is everything else. */
    @ParameterizedTest
    @MethodSource("contents")
    void contentIsKeptByteForByteHoweverTheFormIsCut(String content) {
        String form = part("name", "disk") + "\r\n" + part("content", content) + END;
        List<Part> expected = List.of(new Part("name", "disk"), new Part("content", content));
        for (int pieceBytes = 1; pieceBytes <= form.length(); pieceBytes++) {
            assertThat(RecordedParts.of("b", form, pieceBytes, ALL))
                    .as("pieces of %d bytes", pieceBytes)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("contents")
    void contentIsKeptWhenTheSinkHasLittleRoom(String content) {
        String form = part("content", content) + END;
        for (int roomBytes = 1; roomBytes < 5; roomBytes++) {
            for (int pieceBytes : new int[] {1, 3, ALL}) {
                assertThat(RecordedParts.of("b", form, pieceBytes, roomBytes))
                        .isEqualTo(List.of(new Part("content", content)));
            }
        }
    }

    /** Those without a last delimiter: a form may end there. */
    static Stream<String> contentsWithoutAnEnd() {
        return contents().filter(content -> !content.contains("\r\n--b--"));
    }

    @ParameterizedTest
    @MethodSource("contentsWithoutAnEnd")
    void formThatEndsAnywhereBeforeItsLastDelimiterIsCut(String content) {
        String form = part("content", content) + END;
        int complete = form.length() - "\r\n".length();
        for (int bytes = "--b\r\n".length(); bytes < complete; bytes++) {
            String begin = form.substring(0, bytes);
            assertThatExceptionOfType(RefusedException.class)
                    .as("after %d bytes", bytes)
                    .isThrownBy(() -> parts(begin))
                    .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UPLOAD_CUT));
        }
        for (int bytes = complete; bytes <= form.length(); bytes++) {
            assertThat(parts(form.substring(0, bytes))).containsExactly(new Part("content", content));
        }
    }

    @Test
    void preambleAndEpilogueAreIgnored() {
        String form = "see\r\n--bx\r\n-- below\r\n" + part("content", "x") + END + "and\r\n--by\r\n-- above";
        for (int pieceBytes = 1; pieceBytes <= form.length(); pieceBytes++) {
            assertThat(RecordedParts.of("b", form, pieceBytes, ALL)).containsExactly(new Part("content", "x"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--b \t\r\n", "--b\t\r\n", "--b                    \r\n"})
    void blanksBehindTheBoundaryAreIgnored(String line) {
        String form = line + head("content") + "x\r\n" + line + head("other") + "y\r\n--b-- \t\r\n";
        assertThat(parts(form)).containsExactly(new Part("content", "x"), new Part("other", "y"));
    }

    /** Its empty line is the line break before the next delimiter as well, as RFC 2046 has it. */
    @Test
    void partWithoutContentNeedsNoLineOfItsOwn() {
        String form = part("name", "") + part("content", "x") + "\r\n" + part("other", "") + "--b--";
        assertThat(parts(form)).containsExactly(new Part("name", ""), new Part("content", "x"), new Part("other", ""));
    }

    @Test
    void formMayHaveNoParts() {
        assertThat(parts("--b--\r\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--b--\r\n", "--b\r\n", "--b", "--b-- "})
    void boundaryInsideTheFileShortensNothing(String line) {
        String rest = line.endsWith("\n") || line.endsWith("-- ") || line.equals("--b") ? "" : "\r\n";
        String form = part("content", "one\r\n--b--\r\ntwo\r\n" + line + rest) + END;
        requireRefused(form, Refusal.INVALID_REQUEST, "with another boundary");
    }

    /** With the line break behind it, it is a delimiter: nothing tells it from one. */
    @ParameterizedTest
    @ValueSource(strings = {"--b", "\r\n--b", "one\r\n--b", "one\r\n--b--"})
    void contentThatEndsWithTheBoundaryIsRefused(String content) {
        String form = part("content", content) + END;
        for (int pieceBytes : new int[] {1, 5, ALL}) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> RecordedParts.of("b", form, pieceBytes, ALL));
        }
    }

    @Test
    void lastDelimiterBehindTheLastOneIsRefusedAlsoWithoutALineBreak() {
        requireRefused(
                part("content", "one\r\n--b--\r\ntwo") + "\r\n--b--", Refusal.INVALID_REQUEST, "with another boundary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "--", "--c\r\n", "-b\r\n\r\n--b x\r\n"})
    void bodyWithoutTheBoundaryIsRefused(String body) {
        requireRefused(body, Refusal.INVALID_REQUEST, "no line '--b'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--b\nContent-Disposition: form-data; name=\"content\"\n\nx\n--b--\n",
                "--b\r\nContent-Disposition: form-data; name=\"content\"\n\nx\n--b--\n",
                "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\nx\r\n--b--\r\n",
                "--b\r\n\n",
                "text\r\n--b \n"
            })
    void lineFeedAloneIsRefused(String form) {
        requireRefused(form, Refusal.INVALID_REQUEST, "CRLF");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X: a#rb|CRLF",
                "X: a#0b|control character",
                "X: #1b[2J|control character",
                "nonsense|'<name>: <value>'",
                ": x|'<name>: <value>'",
                "X : x|'<name>: <value>'",
                "#sfolded: x|'<name>: <value>'",
                "--b|'<name>: <value>'",
                "X: y|0 lines Content-Disposition",
            })
    void headThatIsNoneIsRefused(String line, String text) {
        String raw =
                line.replace("#r", "\r").replace("#0", "\0").replace("#s", " ").replace("#1b", "\u001b");
        requireRefused("--b\r\n" + raw + "\r\n\r\nx" + END, Refusal.INVALID_REQUEST, text);
    }

    @Test
    void partWithoutAHeadIsRefused() {
        requireRefused("--b\r\n\r\nx" + END, Refusal.INVALID_REQUEST, "0 lines Content-Disposition");
    }

    /** Its longest lines are a file name of 255 characters, each of three bytes and written as nine. */
    @Test
    void headMayBeAsLongAsFileNamesAre() {
        String longest = "%E4%BD%A0".repeat(255);
        String form = "--b\r\nContent-Disposition: form-data; name=content; filename=\"" + longest
                + "\"; filename*=UTF-8''" + longest + "\r\n\r\nx" + END;
        assertThat(parts(form)).containsExactly(new Part("content", "x"));
    }

    @Test
    void headHasALimit() {
        String begin = "Content-Disposition: form-data; name=content\r\nX: ";
        String end = "\r\n\r\n";
        String fill = "x".repeat(PartHeadReader.BYTES_MAX - begin.length() - end.length());
        assertThat(parts("--b\r\n" + begin + fill + end + "y" + END)).containsExactly(new Part("content", "y"));
        requireRefused("--b\r\n" + begin + fill + "x" + end + "y" + END, Refusal.TOO_LARGE, "head of a part");
    }

    @Test
    void whatIsAroundTheContentsHasALimit() {
        String form = part("content", "z".repeat(2 * FormParser.AROUND_BYTES_MAX)) + END;
        String line = "line\r\n";
        int lines = (FormParser.AROUND_BYTES_MAX - 1_000) / line.length();
        assertThat(parts(line.repeat(lines) + form)).hasSize(1);
        assertThat(parts(form + line.repeat(lines))).hasSize(1);
        requireRefused(line.repeat(lines + 400) + form, Refusal.TOO_LARGE, "beside the contents");
        requireRefused(form + line.repeat(lines + 400), Refusal.TOO_LARGE, "beside the contents");
        requireRefused(part("f", "\r\n").repeat(2_000) + form, Refusal.TOO_LARGE, "beside the contents");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "----WebKitFormBoundary7MA4YWxkTrZu0gW",
                "------------------------d74496d66958873e",
                "----geckoformboundary1a2b3c",
                "x--",
                "--",
                "a",
                "with blank",
                "'()+_,-./:=?",
                "0123456789012345678901234567890123456789012345678901234567890123456789"
            })
    void anyBoundarySeparates(String boundary) {
        String content = "\r\n--" + boundary.substring(1) + "\r\n--" + boundary + "x";
        String form = "--" + boundary + "\r\n" + head("content") + content + "\r\n--" + boundary + "--\r\n";
        for (int pieceBytes = 1; pieceBytes <= form.length(); pieceBytes++) {
            assertThat(RecordedParts.of(boundary, form, pieceBytes, ALL))
                    .isEqualTo(List.of(new Part("content", content)));
        }
    }

    /** A sink that has no room sees the same bytes again, and nothing is read past them. */
    @Test
    void bytesWithoutRoomAreLeft() {
        RecordedParts sink = new RecordedParts(0);
        FormParser parser = new FormParser(new Boundary("b"), sink);
        ByteBuffer bytes = ByteBuffer.wrap((part("content", "data") + END).getBytes(StandardCharsets.ISO_8859_1));

        parser.take(bytes);

        assertThat(bytes.remaining()).isEqualTo(("data" + END).length());
    }
}
