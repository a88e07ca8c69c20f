// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageSource;
import io.scrubjay.refusal.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;

import static io.scrubjay.fetch.ScriptedServer.chunked;
import static io.scrubjay.fetch.ScriptedServer.cut;
import static io.scrubjay.fetch.ScriptedServer.status;
import static io.scrubjay.fetch.ScriptedServer.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What servers answer to the first request. The cases are those of users of comparable systems. */
class FetchTest {
    private static final byte[] FILE = FetchKit.bytes((3 << 20) + 5);

    private final FetchKit kit = new FetchKit();
    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void close() {
        server.close();
        kit.close();
    }

    @Test
    void aFileBecomesAnImage() {
        // Given
        server.answers(whole(FILE));
        // When
        Image image = kit.fetch(server.url("/disk.img?signature=secret"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(image.expectedBytes()).isEqualTo(OptionalLong.of(FILE.length));
        assertThat(image.receivedBytes()).isEqualTo(FILE.length);
        assertThat(image.source()).contains(new ImageSource.Url(server.url("/disk.img")));
        assertThat(server.asked).singleElement().satisfies(request -> {
            assertThat(request.path()).isEqualTo("/disk.img?signature=secret");
            assertThat(request.get("accept-encoding")).isEqualTo("identity");
            assertThat(request.has("range")).isFalse();
        });
    }

    @Test
    void aFileInChunksBecomesAnImage() {
        // Given
        server.answers(chunked(FILE));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
    }

    /** Case 27: a presigned URL is for GET only. */
    @Test
    void aServerIsAskedByGetAlone() {
        // Given
        server.answers((request, client) ->
                (request.method().equals("GET") ? whole(FILE) : status(403)).send(request, client));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked).extracting(ScriptedServer.Asked::method).containsExactly("GET");
    }

    /** Case 31: the bytes are taken as they come, so that a digest of the file as published fits. */
    @Test
    void aContentCodingIsNotUndone() throws Exception {
        // Given
        byte[] packed = packed(FILE);
        server.answers(whole(packed, "Content-Encoding", "gzip", "Content-Type", "application/x-gzip"));
        Digest digest = sha256(packed);
        // When
        Image image = kit.fetch(FetchKit.raw("disk", digest), server.url("/disk.img.gz"), Map.of());
        // Then
        kit.requireReady(image, packed);
    }

    private static Digest sha256(byte[] file) throws NoSuchAlgorithmException {
        return Digest.of(
                DigestAlgorithm.SHA_256, MessageDigest.getInstance("SHA-256").digest(file));
    }

    private static byte[] packed(byte[] file) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(file);
        }
        return packed.toByteArray();
    }

    /** Case 32. */
    @Test
    void aWebPageIsNoImage() {
        // Given
        server.answers(whole(new byte[4096], "Content-Type", "Text/HTML; charset=utf-8"));
        // When
        Image image = kit.fetch(FetchKit.auto(), server.url("/disk.img"), Map.of());
        // Then
        assertThat(kit.requireFailed(image, Refusal.MALFORMED_IMAGE)).contains("web page", server.url("/disk.img"));
    }

    /** Case 32: a message, or the pointer of git-lfs. */
    @Test
    void aFileThatIsShorterThanASectorIsNoImage() {
        // Given
        byte[] pointer = "this is a pointer and no disk of 39 bytes".getBytes(StandardCharsets.UTF_8);
        server.answers(whole(pointer), chunked(pointer));
        // When
        Image known = kit.fetch(FetchKit.auto(), server.url("/disk.img"), Map.of());
        kit.requireFailed(known, Refusal.MALFORMED_IMAGE);
        Image unknown = kit.fetch(FetchKit.auto(), server.url("/disk.img"), Map.of());
        // Then
        assertThat(kit.requireFailed(unknown, Refusal.MALFORMED_IMAGE)).contains(pointer.length + " bytes");
    }

    @Test
    void aShortFileIsAnImageIfTheClientSaysRaw() {
        // Given
        byte[] little = {1, 2, 3};
        server.answers(whole(little, "Content-Type", "text/html"));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, little);
    }

    @Test
    void anEmptyFileIsNoImage() {
        // Given
        server.answers(whole(new byte[0]));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireFailed(image, Refusal.MALFORMED_IMAGE);
    }

    @Test
    void aFileThatIsNotThereIsNotAskedForAgain() {
        // Given
        server.answers(status(404));
        // When
        Image image = kit.fetch(server.url("/disk.img?token=secret"));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE))
                .contains("404", server.url("/disk.img"))
                .doesNotContain("secret");
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void aServerThatIsBusyIsAskedAgainWhenItSaysSo() {
        // Given
        server.answers(status(503, "Retry-After", "20"), whole(FILE));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(kit.time.pauses)
                .singleElement()
                .satisfies(pause -> assertThat(pause).hasSeconds(20));
        assertThat(kit.fetches.retriesTotal()).isEqualTo(1);
    }

    @Test
    void aServerThatNeverWorksIsGivenUp() {
        // Given
        server.answers(status(500));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE))
                .contains("500", "tried " + server.asked.size() + " times");
        assertThat(server.asked).hasSizeBetween(5, 20);
    }

    @Test
    void nobodyAtTheAddressIsGivenUpAsWell() {
        // Given
        int port = server.port();
        server.close();
        // When
        Image image = kit.fetch("http://" + FetchKit.ALLOWED + ":" + port + "/disk.img");
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("cannot connect");
    }

    @Test
    void aNameThatCannotBeResolvedIsAskedForAgain() {
        // When
        Image image = kit.fetch(server.at("nowhere.test", "/disk.img"));
        // Then
        assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("nowhere.test", "cannot be resolved");
        assertThat(kit.asked).hasSizeGreaterThan(5);
    }

    /** The end of the connection may be the end of the file, or not. */
    @Test
    void aFileWithoutLengthIsNoImageUnlessItsDigestIsKnown() throws Exception {
        // Given
        server.answers(FetchTest::untilTheConnectionEnds);
        Digest digest = sha256(FILE);
        // When
        Image unknown = kit.fetch(server.url("/disk.img"));
        String why = kit.requireFailed(unknown, Refusal.SOURCE_UNAVAILABLE);
        Image known = kit.fetch(FetchKit.raw("disk", digest), server.url("/disk.img"), Map.of());
        // Then
        assertThat(why).contains("expectedDigest");
        kit.requireReady(known, FILE);
    }

    private static void untilTheConnectionEnds(ScriptedServer.Asked request, OutputStream client) throws IOException {
        client.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        client.write(FILE);
    }

    @Test
    void aServerThatFallsSilentIsAskedForTheRest() {
        // Given
        int half = FILE.length / 2;
        server.answers(
                server.stalled(FILE, half, "ETag", "\"a\""),
                ScriptedServer.part(FILE, half, Integer.toString(FILE.length), "ETag", "\"a\""));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        await().until(() -> image.receivedBytes() == half);
        kit.time.pass();
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void aPauseIsNoSilenceOfTheSender() {
        // Given
        server.answers(cut(FILE, 1000, "ETag", "\"a\""), status(503), whole(FILE, "ETag", "\"a\""));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(kit.time.pauses).hasSize(2);
    }

    @Test
    void deletingTheImageEndsTheFetch() {
        // Given
        server.answers(server.stalled(FILE, 1000));
        Image image = kit.fetch(server.url("/disk.img"));
        await().until(() -> image.receivedBytes() == 1000);
        // When
        kit.ingests.cancel(image);
        // Then
        kit.requireFailed(image, Refusal.CANCELLED);
    }

    @Test
    void aWrongDigestLeavesNothing() {
        // Given
        server.answers(whole(FILE));
        Digest other = Digest.of(DigestAlgorithm.SHA_256, new byte[32]);
        // When
        Image image = kit.fetch(FetchKit.raw("disk", other), server.url("/disk.img"), Map.of());
        // Then
        kit.requireFailed(image, Refusal.DIGEST_MISMATCH);
    }
}
