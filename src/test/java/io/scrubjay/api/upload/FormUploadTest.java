// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import io.scrubjay.gate.Http2Request;
import io.scrubjay.gate.RawConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Images that come in forms: which forms are stored, which are refused, and that nothing of the latter is left. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class FormUploadTest {
    private static final String TYPE = "multipart/form-data; boundary=b";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String END = "\r\n--b--\r\n";

    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void connect() {
        client = new AgentClient(agent);
    }

    /** The pool is as before, which shows that nobody holds anything of it. */
    @AfterEach
    void empty() throws Exception {
        await().atMost(SOON).until(() -> client.gauge("scrubjay_ingests_running") == 0);
        assertThat(client.gauge("scrubjay_windows_in_use")).isZero();
        for (JsonNode image : AgentClient.json(client.get("/v1/images"))) {
            client.delete("/v1/images/" + image.get("name").asText());
        }
        assertThat(client.usedBytes()).isZero();
    }

    private static String field(String name, String value) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String file(String name, String content) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"disk.img\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n" + content;
    }

    private static String form(String name, String content) {
        return field("name", name) + field("format", "raw") + file("content", content) + END;
    }

    private HttpResponse<byte[]> postTo(String path, String type, String form, String... headers) throws Exception {
        var request = client.request(path).header("Content-Type", type);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.POST(BodyPublishers.ofByteArray(form.getBytes(StandardCharsets.ISO_8859_1))));
    }

    private HttpResponse<byte[]> post(String form, String... headers) throws Exception {
        return postTo("/v1/images", TYPE, form, headers);
    }

    private String content(String name) throws Exception {
        return new String(client.get("/v1/images/" + name + "/content").body(), StandardCharsets.ISO_8859_1);
    }

    private static void requireProblem(HttpResponse<byte[]> answer, int status, String code, String text)
            throws Exception {
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(status);
        assertThat(AgentClient.json(answer).get("code").asText()).isEqualTo(code);
        assertThat(AgentClient.json(answer).get("detail").asText()).contains(text);
    }

    /** The image does not exist, and its name can be used at once. */
    private void requireFree(String name) throws Exception {
        assertThat(client.upload(name, new byte[] {1}).statusCode()).isEqualTo(201);
    }

    @Test
    void fileInAFormBecomesAnImage() throws Exception {
        // When
        HttpResponse<byte[]> answer = post(form("disk", "hello"));

        // Then
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("/v1/images/disk");
        JsonNode image = AgentClient.json(answer);
        assertThat(image.get("state").asText()).isEqualTo("ready");
        assertThat(image.get("format").asText()).isEqualTo("raw");
        assertThat(image.get("receivedBytes").asLong()).isEqualTo(5);
        assertThat(image.get("expectedBytes").isNull()).isTrue();
        assertThat(content("disk")).isEqualTo("hello");
    }

    @Test
    void fileIsTheSameImageAsWithPut() throws Exception {
        // Given
        byte[] bytes = new byte[9_000_001];
        new Random(42).nextBytes(bytes);
        JsonNode put = AgentClient.json(client.upload("put", bytes));

        // When
        JsonNode image = AgentClient.json(post(form("form", new String(bytes, StandardCharsets.ISO_8859_1))));

        // Then
        assertThat(image.get("state").asText()).isEqualTo("ready");
        assertThat(image.get("sourceDigest")).isEqualTo(put.get("sourceDigest"));
        assertThat(image.get("contentDigest")).isEqualTo(put.get("contentDigest"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one\r\n--bX\r\ntwo",
                "one\n--b--\r\ntwo",
                "--bc",
                "\r\n--c",
                "one\r\n--b--two",
                "ends with\r\n",
                "ends with\r",
            })
    void fileWithTheBoundaryInItIsKeptByteForByte(String content) throws Exception {
        // When
        HttpResponse<byte[]> answer = post(form("disk", content));

        // Then
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(201);
        assertThat(content("disk")).isEqualTo(content);
    }

    @Test
    void fieldsAreThoseOfAnUpload() throws Exception {
        // Given
        String digest = "sha-256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        String form = field("digest", digest)
                + field("checksum", digest)
                + field("size", "4K")
                + field("compression", "none")
                + field("contentDigest", "")
                + form("disk", "hello");

        // When
        JsonNode image = AgentClient.json(post(form));

        // Then
        assertThat(image.path("state").asText()).as(image.toString()).isEqualTo("ready");
        assertThat(image.get("virtualSizeBytes").asLong()).isEqualTo(4096);
        assertThat(image.get("expectedDigest").asText()).isEqualTo(digest);
    }

    /** OkHttp and others announce the length of each part. */
    @Test
    void lengthInTheHeadOfTheFileIsExpected() throws Exception {
        String form = form("disk", "hello").replace("Content-Type: app", "Content-Length: 5\r\nContent-Type: app");
        JsonNode image = AgentClient.json(post(form));
        assertThat(image.path("expectedBytes").asLong()).as(image.toString()).isEqualTo(5);
        requireProblem(
                post(form.replace("Length: 5", "Length: 6").replace("disk", "other")), 400, "length-mismatch", "6");
        requireFree("other");
    }

    @Test
    void digestInTheHeadOfTheFileIsChecked() throws Exception {
        String form = form("disk", "hello");
        String right = "Repr-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\nContent-Type: app";
        String wrong = "Repr-Digest: sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:\r\nContent-Type: app";
        requireProblem(post(form.replace("Content-Type: app", wrong)), 422, "digest-mismatch", "sha-256:2cf24d");
        assertThat(post(form.replace("Content-Type: app", right)).statusCode()).isEqualTo(201);
        requireProblem(
                post(form.replace("Content-Type: app", "Content-MD5: x\r\nContent-Type: app")),
                400,
                "invalid-request",
                "Content-MD5");
    }

    @Test
    void answerNeedNotBeWaitedFor() throws Exception {
        HttpResponse<byte[]> answer = post(form("later", "hello"), "Prefer", "respond-async");
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(202);
        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("respond-async");
        await().atMost(SOON)
                .until(() -> AgentClient.json(client.get("/v1/images/later"))
                        .path("state")
                        .asText()
                        .equals("ready"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "FILE NAME|400|invalid-request|send the fields first",
                "FILE|400|invalid-request|send the fields first",
                "NAME FILE FORMAT|400|invalid-request|send all fields before the file",
                "NAME FILE FILE|400|invalid-request|a second file 'content'",
                "NAME FORMAT|400|invalid-request|the form has no file",
                "|400|invalid-request|the form has no file",
                "NAME NAME FILE|400|invalid-request|'name' twice",
                "NAME OTHER FILE|400|invalid-request|unknown field 'other'",
                "OTHERFILE|400|invalid-request|unknown field 'upload'",
                "EMPTYNAME FILE|400|invalid-request|send the fields first",
                "BADNAME FILE|400|invalid-name|not a name",
                "NAME BADFORMAT FILE|400|invalid-request|'format' must be",
                "NAME BADDIGEST FILE|400|invalid-request|md5",
                "NAME EMPTYFILE|422|malformed-image|empty",
                "NAME BASE64|415|unsupported-image|Content-Transfer-Encoding: base64",
                "NAME NESTED|400|invalid-request|consists of parts",
                "LONGNAME FILE|413|too-large|fields of the form",
                "NAME NOHEAD|400|invalid-request|0 lines Content-Disposition",
            })
    void formOfAnotherShapeIsRefused(String parts, int status, String code, String text) throws Exception {
        // Given
        StringBuilder form = new StringBuilder();
        for (String part : parts == null ? new String[0] : parts.split(" ", -1)) {
            form.append(
                    switch (part) {
                        case "NAME" -> field("name", "disk");
                        case "EMPTYNAME" -> field("name", " ");
                        case "BADNAME" -> field("name", "No Name");
                        case "LONGNAME" -> field("name", "n".repeat(20_000));
                        case "FORMAT" -> field("format", "raw");
                        case "BADFORMAT" -> field("format", "vhd");
                        case "BADDIGEST" -> field("digest", "md5:d41d8cd98f00b204e9800998ecf8427e");
                        case "OTHER" -> field("other", "x");
                        case "OTHERFILE" -> file("upload", "hello") + "\r\n";
                        case "EMPTYFILE" -> file("content", "") + "\r\n";
                        case "BASE64" ->
                            file("content", "aGVsbG8=")
                                            .replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n")
                                    + "\r\n";
                        case "NESTED" ->
                            file("content", "--c--").replace("application/octet-stream", "multipart/mixed; boundary=c")
                                    + "\r\n";
                        case "NOHEAD" -> "--b\r\n\r\nhello\r\n";
                        default -> file("content", "hello") + "\r\n";
                    });
        }

        // When
        HttpResponse<byte[]> answer = post(form + "--b--\r\n");

        // Then
        requireProblem(answer, status, code, text);
        requireFree("disk");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "multipart/form-data|400|invalid-request|no boundary",
                "multipart/form-data; boundary=c|400|invalid-request|no line '--c'",
                "multipart/mixed; boundary=b|415|unsupported-media-type|multipart/form-data",
            })
    void headerMustHaveTheBoundary(String type, int status, String code, String text) throws Exception {
        requireProblem(postTo("/v1/images", type, form("disk", "hello")), status, code, text);
        requireFree("disk");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Content-Encoding|gzip|415|unsupported-image|Content-Encoding",
                "Content-Range|bytes 0-4/5|400|invalid-request|Content-Range",
                "If-Match|*|412|precondition-failed|If-Match",
                "Repr-Digest|sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:|400|invalid-request|whole form",
            })
    void headersThatCannotHoldAreRefused(String name, String value, int status, String code, String text)
            throws Exception {
        requireProblem(post(form("disk", "hello"), name, value), status, code, text);
        requireFree("disk");
    }

    @Test
    void queryKeysAreRefused() throws Exception {
        requireProblem(
                postTo("/v1/images?name=disk", TYPE, form("disk", "hello")), 400, "invalid-request", "no query keys");
    }

    @Test
    void formThatEndsBeforeItsLastBoundaryIsCut() throws Exception {
        String form = form("disk", "hello");
        for (int end : new int[] {form.length() - END.length(), form.length() - 4, form.length() - 8}) {
            requireProblem(post(form.substring(0, end)), 400, "upload-cut", "before its last line");
            requireFree("disk");
            client.delete("/v1/images/disk");
        }
    }

    @Test
    void fileWithTheWholeLastBoundaryInItIsRefusedAndNotShortened() throws Exception {
        requireProblem(post(form("disk", "one\r\n--b--\r\ntwo")), 400, "invalid-request", "another boundary");
        requireFree("disk");
    }

    @Test
    void formWithLineFeedsAloneIsRefused() throws Exception {
        requireProblem(post(form("disk", "hello").replace("\r\n", "\n")), 400, "invalid-request", "CRLF");
        requireFree("disk");
    }

    @Test
    void connectionThatEndsInTheFieldsHoldsNothing() throws Exception {
        for (String begin :
                new String[] {"", field("name", "disk"), form("disk", "hello").substring(0, 150)}) {
            try (RawConnection connection = new RawConnection(agent)) {
                connection.send(head(1_000)).send(begin);
            }
        }
        await().atMost(SOON).until(() -> client.gauge("scrubjay_ingests_running") == 0);
        requireFree("disk");
    }

    private static String head(int length) {
        return "POST /v1/images HTTP/1.1\r\nHost: x\r\nContent-Type: " + TYPE + "\r\nContent-Length: " + length
                + "\r\n";
    }

    @Test
    void formThatComesByteByByteIsStored() throws Exception {
        String form = form("disk", "hello\r\n--bee");
        try (RawConnection connection = new RawConnection(agent)) {
            connection.send(head(form.length()) + "Connection: close\r\n\r\n");
            for (int i = 0; i < form.length(); i++) {
                connection.send(form.substring(i, i + 1));
            }
            assertThat(connection.readToTheEnd()).startsWith("HTTP/1.1 201");
        }
        assertThat(content("disk")).isEqualTo("hello\r\n--bee");
    }

    /** curl waits for this when the form is large. */
    @Test
    void clientThatWaitsForPermissionGetsIt() {
        String form = form("disk", "hello");
        try (RawConnection connection = new RawConnection(agent)) {
            connection.send(head(form.length()) + "Expect: 100-continue\r\n\r\n");
            connection.readUntil("HTTP/1.1 100 Continue\r\n\r\n");
            connection.send(form);
            assertThat(connection.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void refusedFormIsAnsweredBeforeItsEnd() {
        try (RawConnection connection = new RawConnection(agent)) {
            connection.send(head(100_000_000) + "\r\n" + file("content", "hello"));
            assertThat(connection.readUntil("}")).startsWith("HTTP/1.1 400").contains("send the fields first");
        }
    }

    @Test
    void formOverHttp2IsStored() throws Exception {
        String form = form("disk", "hello");
        try (Http2Request request = new Http2Request(agent, "POST", "/v1/images", Map.of("Content-Type", TYPE))) {
            request.send(form.substring(0, 60)).send(form.substring(60)).end();
            assertThat(request.status()).isEqualTo(201);
        }
        assertThat(content("disk")).isEqualTo("hello");
    }

    private static String chunk(String content) {
        return file("chunk", content) + END;
    }

    /** Clients of Longhorn and Harvester accept no other status. */
    @Test
    void formOfLonghornBecomesAnImage() throws Exception {
        HttpResponse<byte[]> answer = postTo("/v1/images/disk?action=upload&size=5", TYPE, chunk("hello"));
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(200);
        assertThat(AgentClient.json(answer).get("state").asText()).isEqualTo("ready");
        assertThat(AgentClient.json(answer).get("expectedBytes").asLong()).isEqualTo(5);
        assertThat(content("disk")).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "disk?action=upload&size=6|length-mismatch|5 bytes, but 'size' in the query announced 6",
                "disk?action=upload&size=4|length-mismatch|4",
                "disk?action=upload|invalid-request|'size' must be",
                "disk?action=upload&size=1K|invalid-request|'size' must be",
                "disk?action=download&size=5|invalid-request|action=upload",
                "disk?size=5|invalid-request|action=upload",
                "disk|invalid-request|action=upload",
                "Disk?action=upload&size=5|invalid-name|not a name",
                "disk?action=upload&size=5&disk-uuid=x|invalid-request|unknown query key",
            })
    void formOfLonghornWithAnotherQueryIsRefused(String path, String code, String text) throws Exception {
        requireProblem(postTo("/v1/images/" + path, TYPE, chunk("hello")), 400, code, text);
        requireFree("disk");
    }

    @Test
    void formOfLonghornHasNothingButTheFile() throws Exception {
        String path = "/v1/images/disk?action=upload&size=5";
        requireProblem(postTo(path, TYPE, form("disk", "hello")), 400, "invalid-request", "unknown part 'name'");
        requireProblem(postTo(path, TYPE, "--b--"), 400, "invalid-request", "no file");
        requireProblem(
                postTo(path, TYPE, file("chunk", "hello") + "\r\n" + chunk("hello")),
                400,
                "invalid-request",
                "second file 'chunk'");
        requireFree("disk");
        requireProblem(postTo(path, TYPE, chunk("hello")), 409, "image-exists", "disk");
    }
}
