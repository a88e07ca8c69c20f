// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.fetch.AnswerHead.End;
import io.scrubjay.fetch.AnswerHead.Kind;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

class AnswerHeadTest {
    private static AnswerHead head(int status, String... fields) {
        MultiMap all = HttpHeaders.headers();
        for (int i = 0; i < fields.length; i += 2) {
            all.set(fields[i], fields[i + 1]);
        }
        return AnswerHead.of(status, all);
    }

    @Test
    void theEndIsMarkedByALengthOrByChunks() {
        assertThat(head(200, "Content-Length", "17").end()).isEqualTo(End.MARKED);
        assertThat(head(200, "Transfer-Encoding", "chunked").end()).isEqualTo(End.MARKED);
        assertThat(head(200, "Transfer-Encoding", "gzip, Chunked").end()).isEqualTo(End.MARKED);
        assertThat(head(200).end()).isEqualTo(End.CONNECTION);
        assertThat(head(200, "Transfer-Encoding", "identity").end()).isEqualTo(End.CONNECTION);
        assertThat(head(200, "Transfer-Encoding", "chunked, gzip").end()).isEqualTo(End.CONNECTION);
        assertThat(head(200, "Content-Length", "17").lengthBytes()).isEqualTo(OptionalLong.of(17));
    }

    @ParameterizedTest
    @CsvSource({
        "text/html, PAGE",
        "TEXT/HTML;charset=utf-8, PAGE",
        "application/xhtml+xml, PAGE",
        "text/plain, FILE",
        "application/octet-stream, FILE",
    })
    void pagesAreRecognised(String type, Kind kind) {
        assertThat(head(200, "Content-Type", type).kind()).isEqualTo(kind);
    }

    @Test
    void aCodingIsOneThatChangesTheBytes() {
        assertThat(validators("Content-Encoding", "GZIP").coding()).contains("gzip");
        assertThat(validators("Content-Encoding", "gzip , br").coding()).contains("gzip, br");
        assertThat(validators("Transfer-Encoding", "gzip, chunked").coding()).contains("gzip");
        assertThat(validators("Content-Encoding", "identity", "Transfer-Encoding", "chunked")
                        .coding())
                .isEmpty();
    }

    @Test
    void onlyARedirectHasALocation() {
        assertThat(head(302, "Location", "/x").location()).contains("/x");
        assertThat(head(201, "Location", "/x").location()).isEmpty();
        assertThat(head(304, "Location", "/x").location()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "120, 120", "999999, 999999"})
    void aNumberOfSecondsToWaitIsRead(String text, long seconds) {
        assertThat(head(503, "Retry-After", text).retryAfter()).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1000000", "Tue, 01 Dec 2026 00:00:00 GMT", "1.5", "x"})
    void anythingElseSaysNothing(String text) {
        assertThat(head(503, "Retry-After", text).retryAfter()).isEmpty();
    }

    @Test
    void aRangeIsRead() {
        assertThat(head(206, "Content-Range", "bytes 5-9/10").range())
                .contains(new SentRange(5, 9, OptionalLong.of(10)));
        assertThat(head(206, "Content-Range", "Bytes 0-0/*").range())
                .contains(new SentRange(0, 0, OptionalLong.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 9-5/10",
                "bytes 5-10/10",
                "bytes */10",
                "items 5-9/10",
                "bytes 5-/10",
                "bytes 5-9",
                "5-9/10",
                "bytes 5-9999999999999999999/*"
            })
    void aRangeThatContradictsItselfIsNone(String text) {
        assertThat(head(206, "Content-Range", text).range()).isEmpty();
    }

    @Test
    void aWeakTagIsNotAskedFor() {
        assertThat(head(200, "ETag", "W/\"a\"").validators().strong()).isEmpty();
        assertThat(head(200, "ETag", "\"a\"").validators().strong()).contains("\"a\"");
        assertThat(head(200, "Last-Modified", "x").validators().strong()).isEmpty();
    }

    @Test
    void versionsDifferWhenAFieldOfBothDoes() {
        Validators one = validators("ETag", "\"a\"", "Last-Modified", "then");
        assertThat(one.differFrom(validators("ETag", "\"b\"", "Last-Modified", "then")))
                .isTrue();
        assertThat(one.differFrom(validators("ETag", "\"a\"", "Last-Modified", "now")))
                .isTrue();
        assertThat(one.differFrom(validators("Last-Modified", "then"))).isFalse();
        assertThat(one.differFrom(validators("ETag", "\"a\""))).isFalse();
    }

    private static Validators validators(String... fields) {
        return head(200, fields).validators();
    }

    /** Some servers give a file and its compressed form the same tag. */
    @Test
    void aFileAndItsCompressedFormAreTwoVersions() {
        assertThat(validators("ETag", "\"a\"").differFrom(validators("ETag", "\"a\"", "Content-Encoding", "gzip")))
                .isTrue();
        assertThat(validators("ETag", "\"a\"").differFrom(validators("ETag", "\"a\"", "Content-Encoding", "Identity")))
                .isFalse();
    }

    /** A server would take it for a date. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "\"a", "a\"", "\"a\"b\"", "\"a b\"", "w/\"a\"", "\"\u00e4\""})
    void aTagThatIsNotInQuotesIsNotAskedFor(String tag) {
        assertThat(new Validators(Optional.of(tag), Optional.empty(), Optional.empty()).strong())
                .isEmpty();
    }
}
