// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import io.scrubjay.gate.RawConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The tus protocol 1.0.0 over HTTP, as its clients speak it. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class TusTest {
    private static final String MEDIA_TYPE = "application/offset+octet-stream";
    private static final byte[] FILE = file();
    private static final Pattern LOCATION = Pattern.compile("(?i)\r\nLocation: (?:http://[^/]+)?(/\\S+)\r\n");

    @TestHTTPResource
    URI agent;

    private AgentClient client;

    private static byte[] file() {
        byte[] file = new byte[(2 << 20) + 777];
        new Random(1).nextBytes(file);
        Arrays.fill(file, 300_000, 1_400_000, (byte) 0);
        return file;
    }

    @BeforeEach
    void connect() {
        client = new AgentClient(agent);
    }

    /** The pool is as before, which shows that nothing is left of any upload. */
    @AfterEach
    void empty() throws Exception {
        client.delete("/v1/images/disk");
        assertThat(client.gauge("scrubjay_upload_windows_in_use")).isZero();
        await().untilAsserted(() ->
                assertThat(client.gauge("scrubjay_upload_sessions")).isZero());
        await().untilAsserted(() -> assertThat(client.usedBytes()).isZero());
    }

    private HttpRequest.Builder tus(String path) {
        return client.request(path).header("Tus-Resumable", "1.0.0");
    }

    private static String metadata(String key, String value) {
        return key + " " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private static String ofDisk() {
        return metadata("name", "disk") + "," + metadata("format", "raw") + "," + metadata("compression", "none") + ","
                + metadata("filename", "debian.img");
    }

    /** Returns the path of the session. */
    private String create(long length) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(tus("/v1/uploads")
                .header("Upload-Length", Long.toString(length))
                .header("Upload-Metadata", ofDisk())
                .POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(201);
        return path(answer);
    }

    private static String path(HttpResponse<byte[]> answer) {
        return URI.create(answer.headers().firstValue("Location").orElseThrow()).getPath();
    }

    private HttpRequest.Builder piece(String path, long offset, byte[] bytes) {
        return tus(path)
                .header("Content-Type", MEDIA_TYPE)
                .header("Upload-Offset", Long.toString(offset))
                .method("PATCH", BodyPublishers.ofByteArray(bytes));
    }

    private HttpResponse<byte[]> send(String path, long offset, byte[] bytes) throws IOException, InterruptedException {
        return client.send(piece(path, offset, bytes));
    }

    private HttpResponse<byte[]> head(String path) throws IOException, InterruptedException {
        return client.send(tus(path).method("HEAD", BodyPublishers.noBody()));
    }

    private static String field(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private void end(String path) throws IOException, InterruptedException {
        assertThat(client.send(tus(path).DELETE()).statusCode()).isEqualTo(204);
    }

    private static void assertProblem(HttpResponse<byte[]> answer, int status, String code) throws IOException {
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(status);
        assertThat(AgentClient.json(answer).path("code").asText()).isEqualTo(code);
        assertThat(field(answer, "Tus-Resumable")).isEqualTo("1.0.0");
    }

    private void awaitReady() {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(AgentClient.json(client.get("/v1/images/disk"))
                                .path("state")
                                .asText())
                        .isEqualTo("ready"));
    }

    @Test
    void aFileInPiecesBecomesAnImage() throws Exception {
        // Given
        String path = create(FILE.length);
        assertThat(send(path, 0, Arrays.copyOf(FILE, 1_000_001)).statusCode()).isEqualTo(204);
        HttpResponse<byte[]> state = head(path);
        assertThat(field(state, "Upload-Offset")).isEqualTo("1000001");
        assertThat(field(state, "Upload-Length")).isEqualTo(Integer.toString(FILE.length));
        assertThat(field(state, "Upload-Metadata")).isEqualTo(ofDisk());
        assertThat(field(state, "Cache-Control")).isEqualTo("no-store");
        assertThat(field(state, "Upload-Expires")).endsWith("GMT");

        // When
        HttpResponse<byte[]> last = send(path, 1_000_001, Arrays.copyOfRange(FILE, 1_000_001, FILE.length));

        // Then
        assertThat(last.statusCode()).isEqualTo(204);
        assertThat(field(last, "Upload-Offset")).isEqualTo(Integer.toString(FILE.length));
        awaitReady();
        assertThat(client.get("/v1/images/disk/content").body()).isEqualTo(FILE);
        assertThat(field(head(path), "Upload-Offset")).isEqualTo(Integer.toString(FILE.length));
    }

    @Test
    void theFirstBytesMayComeWithTheCreation() throws Exception {
        HttpResponse<byte[]> begun = client.send(tus("/v1/uploads")
                .header("Upload-Length", Integer.toString(FILE.length))
                .header("Upload-Metadata", ofDisk())
                .header("Content-Type", MEDIA_TYPE)
                .POST(BodyPublishers.ofByteArray(FILE)));

        assertThat(begun.statusCode()).isEqualTo(201);
        assertThat(field(begun, "Upload-Offset")).isEqualTo(Integer.toString(FILE.length));
        awaitReady();
        assertThat(client.get("/v1/images/disk/content").body()).isEqualTo(FILE);
    }

    /** The head of a request of HTTP/1.1 that creates a session, without the blank line behind it. */
    private static String head(long length) {
        return "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Length: " + length
                + "\r\nUpload-Metadata: " + ofDisk() + "\r\n";
    }

    /** The path of the session in the text of an answer to its creation. */
    private static String path(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 201").containsIgnoringCase("\r\nUpload-Offset: ");
        Matcher location = LOCATION.matcher(answer);
        assertThat(location.find()).as(answer).isTrue();
        return location.group(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Type: " + MEDIA_TYPE + "\r\n", "Content-Type: application/json\r\n"})
    void aCreationWithoutAnyBodyOrLengthOfItIsTaken(String fields) throws Exception {
        try (RawConnection connection = new RawConnection(agent)) {
            String answer = connection.send(head(1000) + fields + "\r\n").readUntil("expires");

            String path = path(answer);
            assertThat(field(head(path), "Upload-Offset")).isEqualTo("0");
            end(path);
        }
    }

    @Test
    void theFirstBytesOfACreationMayComeInChunks() throws Exception {
        try (RawConnection connection = new RawConnection(agent)) {
            String answer = connection
                    .send(head(1000) + "Content-Type: " + MEDIA_TYPE + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
                    .readUntil("expires");

            String path = path(answer);
            assertThat(field(head(path), "Upload-Offset")).isEqualTo("7");
            end(path);
        }
    }

    /** Case 37. */
    @Test
    void theLengthMayFollow() throws Exception {
        HttpResponse<byte[]> begun = client.send(tus("/v1/uploads")
                .header("Upload-Defer-Length", "1")
                .header("Upload-Metadata", ofDisk())
                .POST(BodyPublishers.noBody()));
        String path = path(begun);
        assertThat(field(head(path), "Upload-Defer-Length")).isEqualTo("1");
        send(path, 0, Arrays.copyOf(FILE, 10));
        String length = Integer.toString(FILE.length);
        assertThat(client.send(piece(path, 10, Arrays.copyOfRange(FILE, 10, 20)).header("Upload-Length", length))
                        .statusCode())
                .isEqualTo(204);

        assertProblem(
                client.send(piece(path, 20, Arrays.copyOfRange(FILE, 20, 30)).header("Upload-Length", "99999999")),
                400,
                "invalid-request");
        HttpResponse<byte[]> last = client.send(
                piece(path, 20, Arrays.copyOfRange(FILE, 20, FILE.length)).header("Upload-Length", length));

        assertThat(last.statusCode()).isEqualTo(204);
        awaitReady();
    }

    /** Case 34: the body is not sent, and the refusal comes all the same. */
    @Test
    void aStaleOffsetIsRefusedBeforeTheBody() throws Exception {
        String path = create(FILE.length);
        send(path, 0, Arrays.copyOf(FILE, 1000));

        try (RawConnection connection = new RawConnection(agent)) {
            String answer = connection
                    .send("PATCH " + path + " HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                            + "Content-Type: " + MEDIA_TYPE + "\r\nContent-Length: 1000000\r\n\r\n")
                    .readUntil("upload-offset-mismatch");
            assertThat(answer).startsWith("HTTP/1.1 409").containsIgnoringCase("Upload-Offset: 1000\r\n");
        }

        end(path);
    }

    /** Case 35. */
    @Test
    void aSecondRequestEndsOneWhoseConnectionIsDead() throws Exception {
        String path = create(FILE.length);
        try (RawConnection dead = new RawConnection(agent)) {
            dead.send("PATCH " + path + " HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                    + "Content-Type: " + MEDIA_TYPE + "\r\nContent-Length: " + FILE.length + "\r\n\r\n"
                    + "\0".repeat(5000));
            await().until(() -> client.gauge("scrubjay_upload_transfers_running") > 0);

            HttpResponse<byte[]> state = head(path);

            assertThat(Long.parseLong(field(state, "Upload-Offset"))).isLessThanOrEqualTo(5000);
            assertThat(client.gauge("scrubjay_upload_transfers_running")).isZero();
        }
        end(path);
    }

    /** Case 36. */
    @Test
    void aWrongChecksumIs460AndKeepsNothing() throws Exception {
        String path = create(FILE.length);
        String wrong = "sha1 " + Base64.getEncoder().encodeToString(new byte[20]);
        String right = "sha256 "
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(FILE));

        assertProblem(client.send(piece(path, 0, FILE).header("Upload-Checksum", wrong)), 460, "checksum-mismatch");
        assertThat(field(head(path), "Upload-Offset")).isEqualTo("0");
        HttpResponse<byte[]> kept = client.send(piece(path, 0, FILE).header("Upload-Checksum", right));

        assertThat(kept.statusCode()).isEqualTo(204);
        awaitReady();
        assertThat(client.get("/v1/images/disk/content").body()).isEqualTo(FILE);
    }

    /** Case 36. */
    @ParameterizedTest
    @ValueSource(strings = {"crc32 AAAA", "sha1 ***", "sha1", "sha1 AAAA", "sha256 AAAA AAAA"})
    void aChecksumThatCannotBeCheckedIsRefused(String checksum) throws Exception {
        String path = create(FILE.length);

        HttpResponse<byte[]> answer = client.send(piece(path, 0, FILE).header("Upload-Checksum", checksum));

        assertProblem(answer, 400, "invalid-request");
        assertThat(field(head(path), "Upload-Offset")).isEqualTo("0");
        end(path);
    }

    /** Case 38. */
    @Test
    void anEmptyFileIsMalformed() throws Exception {
        HttpResponse<byte[]> answer = client.send(tus("/v1/uploads")
                .header("Upload-Length", "0")
                .header("Upload-Metadata", ofDisk())
                .POST(BodyPublishers.noBody()));

        assertProblem(answer, 422, "malformed-image");
    }

    /** Case 40. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name | name",
                "name ZGlzaw==,format | format",
                "name ***** | name",
                "name ZGlzaw==,digest ??? | digest",
                "name ZGlzaw==,naem ZGlzaw== | naem",
                "name ZGlzaw==,name ZGlzaw== | name",
                "name ZGlzaw==,format ZGlzaw== | format",
                "name ZGlzaw==,compression ZGlzaw== | compression",
                "name ZGlzaw==,size ZGlzaw== | size",
                "name ZGlzaw==,digest ZGlzaw== | digest",
                "format cmF3 | name"
            })
    void metadataThatCannotBeUsedIsRefusedByItsKey(String metadata, String key) throws Exception {
        HttpResponse<byte[]> answer = client.send(tus("/v1/uploads")
                .header("Upload-Length", "10")
                .header("Upload-Metadata", metadata)
                .POST(BodyPublishers.noBody()));

        assertProblem(answer, 400, "invalid-request");
        assertThat(AgentClient.json(answer).path("detail").asText()).contains("'" + key);
    }

    /** Case 40. */
    @Test
    void longMetadataIsRefused() throws Exception {
        HttpResponse<byte[]> answer = client.send(tus("/v1/uploads")
                .header("Upload-Length", "10")
                .header("Upload-Metadata", metadata("filename", "x".repeat(4000)))
                .POST(BodyPublishers.noBody()));

        assertProblem(answer, 400, "invalid-request");
    }

    @Test
    void anotherVersionIsRefusedWithTheRightOne() throws Exception {
        HttpResponse<byte[]> answer = client.send(client.request("/v1/uploads")
                .header("Tus-Resumable", "0.2.2")
                .header("Upload-Length", "10")
                .header("Upload-Metadata", ofDisk())
                .POST(BodyPublishers.noBody()));

        assertProblem(answer, 412, "precondition-failed");
        assertThat(field(answer, "Tus-Version")).isEqualTo("1.0.0");
    }

    @Test
    void anotherMediaTypeIsRefused() throws Exception {
        String path = create(FILE.length);

        HttpResponse<byte[]> answer = client.send(tus(path)
                .header("Content-Type", "application/octet-stream")
                .header("Upload-Offset", "0")
                .method("PATCH", BodyPublishers.ofByteArray(FILE)));

        assertProblem(answer, 415, "unsupported-media-type");
        end(path);
    }

    @Test
    void anUploadThatIsUnknownIsNotFound() throws Exception {
        for (String id : List.of("0".repeat(32), "none", "x%2Fy")) {
            assertProblem(send("/v1/uploads/" + id, 0, FILE), 404, "upload-not-found");
            assertThat(head("/v1/uploads/" + id).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void optionsSaysWhatTheAgentCanDo() throws Exception {
        HttpResponse<byte[]> answer = client.http()
                .send(
                        client.request("/v1/uploads")
                                .method("OPTIONS", BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(field(answer, "Tus-Version")).isEqualTo("1.0.0");
        assertThat(field(answer, "Tus-Extension"))
                .isEqualTo("creation,creation-with-upload,creation-defer-length,checksum,expiration,termination");
        assertThat(field(answer, "Tus-Checksum-Algorithm")).isEqualTo("sha1,sha256,sha512");
    }

    @Test
    void anUploadThatIsEndedIsGone() throws Exception {
        String path = create(FILE.length);
        send(path, 0, Arrays.copyOf(FILE, 100_000));

        end(path);

        assertThat(head(path).statusCode()).isEqualTo(404);
    }
}
