// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.block.Digest;
import io.scrubjay.fetch.ScriptedServer.Answer;
import io.scrubjay.image.Image;
import io.scrubjay.refusal.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

import static io.scrubjay.fetch.ScriptedServer.cut;
import static io.scrubjay.fetch.ScriptedServer.part;
import static io.scrubjay.fetch.ScriptedServer.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Servers that say something wrong, or too little, about the body that they send. */
class FetchFramingTest {
    private static final byte[] FILE = FetchKit.bytes((2 << 20) + 77);
    private static final int CUT = FILE.length / 2;
    private static final String TOTAL = Integer.toString(FILE.length);
    private static final String[] TAG = {"ETag", "\"a\""};

    private final FetchKit kit = new FetchKit();
    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void close() {
        server.close();
        kit.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** These lines of a head, and then a part of the file; then the connection ends. */
    private static Answer sends(String head, int from, int to) {
        return (request, client) -> {
            client.write(ascii("HTTP/1.1 " + head + "\r\n\r\n"));
            client.write(FILE, from, to - from);
        };
    }

    /** The beginning of a file in chunks, whose length is not known; then the connection ends. */
    private static Answer cutInAChunk() {
        return (request, client) -> {
            client.write(ascii("HTTP/1.1 200 OK\r\nETag: \"a\"\r\nTransfer-Encoding: chunked\r\n\r\n"));
            client.write(ascii(Integer.toHexString(FILE.length) + "\r\n"));
            client.write(FILE, 0, CUT);
        };
    }

    private static Answer partOf(int from, int to, String total, String... fields) {
        return sends(
                "206 Partial Content\r\nETag: \"a\"\r\nContent-Range: bytes " + from + "-" + (to - 1) + "/" + total
                        + "\r\n" + String.join("\r\n", fields),
                from,
                to);
    }

    private Image fetch(Answer... answers) {
        server.answers(answers);
        return kit.fetch(server.url("/disk.img"));
    }

    private Stream<Boolean> ranges() {
        return server.asked.stream().map(request -> request.has("range"));
    }

    /** Its end is the end of the connection, which may be cut. */
    @ParameterizedTest
    @ValueSource(strings = {"identity", "chunked, identity"})
    void aTransferCodingWithoutChunksMarksNoEnd(String coding) {
        // When
        Image image = fetch(sends("200 OK\r\nTransfer-Encoding: " + coding, 0, CUT));
        // Then
        kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE);
    }

    @Test
    void aKnownContentDigestShowsACut() {
        // Given
        server.answers(whole(FILE), sends("200 OK\r\nX: y", 0, FILE.length));
        Image first = kit.fetch(FetchKit.raw("first"), server.url("/disk.img"), Map.of());
        kit.requireReady(first, FILE);
        Digest content = kit.manifests.read(first.id()).contentDigest();
        // When
        Image image = kit.fetch(FetchKit.withContent(content), server.url("/disk.img"), Map.of());
        // Then
        kit.requireReady(image, FILE);
    }

    @Test
    void aLengthThatIsKnownFromBeforeShowsACut() {
        // When
        Image image =
                fetch(cut(FILE, CUT), sends("200 OK\r\nX: y", 0, CUT + 10), sends("200 OK\r\nX: y", 0, FILE.length));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked).hasSize(3);
    }

    /** Nobody knows whether the file ends there: that would be an image of a half. */
    @Test
    void aPartOfAFileOfUnknownLengthIsNotItsEnd() {
        // When
        Image image = fetch(cutInAChunk(), partOf(CUT, CUT + 100, "*", "Content-Length: 100"), whole(FILE, TAG));
        // Then
        kit.requireReady(image, FILE);
        assertThat(ranges()).containsExactly(false, true, false);
    }

    @Test
    void aPartThatEndsBeforeTheFileIsTakenAsFarAsItGoes() {
        // When
        Image image = fetch(
                cut(FILE, CUT, TAG),
                partOf(CUT, CUT + 100, TOTAL, "Content-Length: 100"),
                part(FILE, CUT + 100, TOTAL, TAG));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked.get(2).get("range")).isEqualTo("bytes=" + (CUT + 100) + "-");
    }

    /** It is no reason to say that the file has changed. */
    @Test
    void aPartThatHasBeenTakenLongAgoIsNotTaken() {
        // When
        Image image = fetch(cut(FILE, CUT, TAG), partOf(0, 100, TOTAL, "Content-Length: 100"), whole(FILE, TAG));
        // Then
        kit.requireReady(image, FILE);
    }

    @Test
    void aPartOfAnotherLengthThanItsRangeIsNotTaken() {
        // Given
        Answer wrong = sends(
                "206 Partial Content\r\nETag: \"a\"\r\nContent-Range: bytes " + CUT + "-" + (CUT + 99) + "/" + TOTAL
                        + "\r\nContent-Length: 200",
                0,
                200);
        // When
        Image image = fetch(cut(FILE, CUT, TAG), wrong, whole(FILE, TAG));
        // Then
        kit.requireReady(image, FILE);
        assertThat(ranges()).containsExactly(false, true, false);
    }

    @Test
    void aPartInAnotherCodingIsNotTaken() {
        // When
        Image image = fetch(
                cut(FILE, CUT, TAG),
                part(FILE, CUT, TOTAL, "ETag", "\"a\"", "Content-Encoding", "gzip"),
                whole(FILE, TAG));
        // Then
        kit.requireReady(image, FILE);
        assertThat(ranges()).containsExactly(false, true, false);
    }

    @Test
    void aPartThatWasNotAskedForIsNotTaken() {
        // When
        Image image = fetch(part(FILE, 0, TOTAL), whole(FILE));
        // Then
        kit.requireReady(image, FILE);
    }

    @Test
    void aTagWithoutQuotesIsNotSentBack() {
        // When
        Image image = fetch(cut(FILE, CUT, "ETag", "a"), whole(FILE, "ETag", "a"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(ranges()).containsExactly(false, false);
    }

    /** The agent cannot undo it, and no magic bytes show it: the coded bytes would become the disk. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Encoding", "Transfer-Encoding"})
    void aFileInAnUnknownCodingIsNoImage(String field) {
        // Given
        server.answers(sends("200 OK\r\n" + field + ": br\r\nContent-Length: " + CUT, 0, CUT));
        // When
        Image image = kit.fetch(FetchKit.auto(), server.url("/disk.img"), Map.of());
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("coding", "expectedDigest");
    }

    /** Case 31 is about files that are compressed as they are published; their digest is. */
    @Test
    void aCompressedFormOfARawDiskIsNoImageUnlessItsDigestIsKnown() {
        // When
        Image image = fetch(whole(FILE, "Content-Encoding", "gzip"));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("coding");
    }

    @Test
    void aHeadThatIsTooLongIsNotRead() {
        // When
        Image image = fetch((request, client) -> fill(client, "HTTP/1.1 200 OK\r\n", "X-Filling: 0123456789\r\n"));
        // Then
        kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE);
    }

    @Test
    void aFieldThatNeverEndsIsNotRead() {
        // When
        Image image = fetch((request, client) -> fill(client, "HTTP/1.1 200 OK\r\nETag: ", "0123456789"));
        // Then
        kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE);
    }

    /** Hints are no answer, however many there are. */
    @Test
    void hintsWithoutEndAreSilence() {
        // Given
        Image image = fetch(
                (request, client) -> fill(client, "", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), whole(FILE));
        await().until(() -> server.asked.size() == 1);
        // When
        kit.time.pass();
        // Then
        kit.requireReady(image, FILE);
    }

    /** Sends the same again until nobody listens any more. */
    private static void fill(OutputStream client, String begin, String again) throws IOException {
        client.write(ascii(begin));
        byte[] many = ascii(again.repeat(1000));
        while (true) {
            client.write(many);
        }
    }

    @Test
    void bytesBehindTheAnnouncedEndAreNotTaken() {
        // When
        Image image = fetch(sends("200 OK\r\nContent-Length: " + CUT, 0, FILE.length));
        // Then
        kit.requireReady(image, Arrays.copyOf(FILE, CUT));
    }

    @Test
    void twoLengthsAreNone() {
        // When
        Image image =
                fetch(sends("200 OK\r\nContent-Length: " + CUT + "\r\nContent-Length: " + FILE.length, 0, FILE.length));
        // Then
        kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE);
    }
}
