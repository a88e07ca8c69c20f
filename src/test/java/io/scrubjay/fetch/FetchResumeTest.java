// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.fetch.ScriptedServer.Answer;
import io.scrubjay.image.Image;
import io.scrubjay.refusal.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

import static io.scrubjay.fetch.ScriptedServer.chunked;
import static io.scrubjay.fetch.ScriptedServer.cut;
import static io.scrubjay.fetch.ScriptedServer.part;
import static io.scrubjay.fetch.ScriptedServer.status;
import static io.scrubjay.fetch.ScriptedServer.whole;
import static org.assertj.core.api.Assertions.assertThat;

/** A transfer that is cut at 60 %, and what the server answers then. */
class FetchResumeTest {
    private static final byte[] FILE = FetchKit.bytes((4 << 20) + 123);
    private static final int CUT = FILE.length * 6 / 10;
    private static final String TOTAL = Integer.toString(FILE.length);
    private static final String[] TAG = {"ETag", "\"a\""};

    private final FetchKit kit = new FetchKit();
    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void close() {
        server.close();
        kit.close();
    }

    private Image cutOff(Answer first, Answer next) {
        server.answers(first, next);
        return kit.fetch(server.url("/disk.img"));
    }

    private static byte[] otherwise(int at) {
        byte[] other = FILE.clone();
        other[at]++;
        return other;
    }

    @Test
    void theRestIsAskedForByTheEntityTag() {
        // When
        Image image = cutOff(cut(FILE, CUT, TAG), part(FILE, CUT, TOTAL, TAG));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked).hasSize(2);
        assertThat(server.asked.get(1).get("range")).isEqualTo("bytes=" + CUT + "-");
        assertThat(server.asked.get(1).get("if-range")).isEqualTo("\"a\"");
        assertThat(kit.fetches.retriesTotal()).isEqualTo(1);
    }

    /** Case 26: the second body is never appended to the first. */
    @Test
    void aServerThatIgnoresRangesBeginsAnew() {
        // When
        Image image = cutOff(cut(FILE, CUT, TAG), whole(FILE, TAG));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked.get(1).has("range")).isTrue();
    }

    /** Case 26: two versions may have the same date or weak tag, so the whole file is asked for, and compared. */
    @ParameterizedTest
    @ValueSource(strings = {"", "ETag=W/\"a\"", "Last-Modified=Tue, 01 Dec 2026 00:00:00 GMT"})
    void withoutAStrongTagTheWholeFileIsAskedFor(String field) {
        // Given
        String[] fields = field.isEmpty() ? new String[0] : field.split("=", 2);
        // When
        Image image = cutOff(cut(FILE, CUT, fields), whole(FILE, fields));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked.get(1).has("range")).isFalse();
    }

    /** Case 26: bounded tries. */
    @Test
    void aServerThatNeverGetsFurtherIsGivenUp() {
        // When
        Image image = cutOff(cut(FILE, CUT), cut(FILE, CUT));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("received " + CUT + " bytes");
        assertThat(server.asked).hasSizeBetween(5, 20);
    }

    @Test
    void otherBytesAtTheBeginningAreAnotherFile() {
        // When
        Image image = cutOff(cut(FILE, CUT), whole(otherwise(CUT / 2)));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_CHANGED)).contains(server.url("/disk.img"));
    }

    @Test
    void anotherLengthIsAnotherFile() {
        // When
        Image image = cutOff(cut(FILE, CUT, TAG), whole(Arrays.copyOf(FILE, FILE.length + 1), TAG));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_CHANGED)).contains(TOTAL, Integer.toString(FILE.length + 1));
    }

    @Test
    void anotherLengthOfThePartIsAnotherFile() {
        // When
        Image image = cutOff(cut(FILE, CUT, TAG), part(FILE, CUT, Integer.toString(FILE.length + 1), TAG));
        // Then
        kit.requireFailed(image, Refusal.SOURCE_CHANGED);
    }

    @Test
    void aFileInChunksThatIsShorterNowIsAnotherFile() {
        // When
        Image image = cutOff(cut(FILE, CUT), chunked(Arrays.copyOf(FILE, CUT - 1)));
        // Then
        kit.requireFailed(image, Refusal.SOURCE_CHANGED);
    }

    @Test
    void aFileInChunksThatIsLongerThanAnnouncedIsAnotherFile() {
        // When
        Image image = cutOff(cut(FILE, CUT), chunked(Arrays.copyOf(FILE, FILE.length + 1)));
        // Then
        kit.requireFailed(image, Refusal.SOURCE_CHANGED);
    }

    /** Case 28. */
    @Test
    void aPartThatBeginsEarlierIsTakenFromWhereTheOtherEnded() {
        // When
        Image image = cutOff(cut(FILE, CUT, TAG), part(FILE, CUT - 1000, TOTAL, TAG));
        // Then
        kit.requireReady(image, FILE);
    }

    /** Case 28. */
    @Test
    void aPartMayBeOfAnUnknownTotal() {
        // When
        Image image = cutOff(cut(FILE, CUT, TAG), part(FILE, CUT, "*", TAG));
        // Then
        kit.requireReady(image, FILE);
    }

    /** Case 28: what is in between would be missing. */
    @Test
    void aPartThatBeginsLaterIsNotTaken() {
        // Given
        server.answers(cut(FILE, CUT, TAG), part(FILE, CUT + 1, TOTAL, TAG), whole(FILE, TAG));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked.get(2).has("range")).isFalse();
    }

    /** Case 28: servers behind one name often have different tags for the same file. */
    @Test
    void anotherTagOfTheSameBytesStartsAnew() {
        // Given
        server.answers(cut(FILE, CUT, TAG), part(FILE, CUT, TOTAL, "ETag", "\"b\""), whole(FILE, "ETag", "\"b\""));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
    }

    /** Case 28. */
    @Test
    void anotherTagOfOtherBytesIsAnotherFile() {
        // Given
        byte[] other = otherwise(17);
        server.answers(cut(FILE, CUT, TAG), part(other, CUT, TOTAL, "ETag", "\"b\""), whole(other, "ETag", "\"b\""));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireFailed(image, Refusal.SOURCE_CHANGED);
    }

    /** Case 29. */
    @Test
    void aServerThatRefusesTheRangeIsAskedWithoutIt() {
        // Given
        server.answers(cut(FILE, CUT, TAG), status(416), whole(FILE, TAG));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked).extracting(request -> request.has("range")).containsExactly(false, true, false);
    }

    /** Case 29. */
    @Test
    void aServerThatRefusesEverythingIsGivenUpWithItsStatus() {
        // When
        Image image = cutOff(cut(FILE, CUT, TAG), status(416));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("416");
        assertThat(server.asked).hasSize(3);
    }

    /** Case 33. */
    @Test
    void aUrlThatExpiresMeanwhileIsGivenUpWithItsStatus() {
        // When
        Image image = cutOff(cut(FILE, CUT, TAG), status(403));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("403", "expired");
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void aTransferThatIsCutManyTimesIsCompleteAtLast() {
        // Given
        server.answers((request, client) -> {
            int from =
                    request.has("range") ? Integer.parseInt(request.get("range").replaceAll("\\D", "")) : 0;
            byte[] next = Arrays.copyOf(FILE, Math.min(from + 300_000, FILE.length));
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            (from == 0 ? whole(FILE, TAG) : part(FILE, from, TOTAL, TAG)).send(request, whole);
            int headBytes = whole.size() - (FILE.length - from);
            client.write(whole.toByteArray(), 0, headBytes + next.length - from);
        });
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked).hasSizeGreaterThan(10);
    }
}
