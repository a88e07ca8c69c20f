// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Heads and bodies that a proxy in front might read differently. */
class StrictRequestDecoderTest {
    private static final String HOST = "Host: x\n";
    private static final String CHUNKED = "PUT /x HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n";
    private static final String GET = "GET /v1/pool HTTP/1.1\n" + HOST + "\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: gzip, chunked\n",
                "Transfer-Encoding: chunked, chunked\n",
                "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n",
                "Transfer-Encoding: gzip\n",
                "Transfer-Encoding: xchunked\n",
                "Transfer-Encoding: identity\n",
                "Transfer-Encoding:\n",
                "Transfer-Encoding: chunked\nContent-Length: 3\n",
                "Content-Length: 3\nContent-Length: 4\n",
                "Content-Length: +3\n",
                "Host: y\n",
                "Sec-WebSocket-Key1: 1\nSec-WebSocket-Key2: 2\n",
                "X-Folded: a\n b\n",
                "X-Folded: a\n\tTransfer-Encoding: chunked\n",
                "Content-Length: 3\n: a\n",
                "Content-Length: 3, 3\n",
                "Content-Length: 0x3\n",
                "Content-Length:\n",
                "Content-Length: 18446744073709551619\n",
            })
    void headThatCanBeReadInTwoWaysEndsTheConnection(String fields) {
        // When
        List<Object> messages = decode("PUT /v1/images/x/content HTTP/1.1\n" + HOST + fields + "\n" + GET);

        // Then
        assertThat(messages).hasSize(1);
        assertThat(((HttpRequest) messages.get(0)).decoderResult().isFailure()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /x HTTP/1.1\n\n",
                "PUT /x HTTP/9.1\nHost: x\n\n",
                "PUT /%zz HTTP/1.1\nHost: x\n\n",
                "NONSENSE\n\n",
                "PUT /x HTTP/1.0\nTransfer-Encoding: chunked\n\n0\n\n",
                "PUT /x HTTP/1.1\n Host: x\n\n",
                "PUT /x HTTP/1.1\nHost : x\n\n",
                "PUT  /x HTTP/1.1\nHost: x\n\n",
                "PUT /x  HTTP/1.1\nHost: x\n\n",
                " PUT /x HTTP/1.1\nHost: x\n\n",
                "PUT /x HTTP/1.1 \nHost: x\n\n",
                "PUT\t/x\tHTTP/1.1\nHost: x\n\n",
                "PUT /x\rHTTP/1.1\nHost: x\n\n",
                "PUT /x\u000bHTTP/1.1\nHost: x\n\n",
                "PUT /x\u0000 HTTP/1.1\nHost: x\n\n",
                "P(T /x HTTP/1.1\nHost: x\n\n",
                "PUT /x http/1.1\nHost: x\n\n",
                "PUT /x HTTP/01.1\nHost: x\n\n",
                "PUT /x HTTP/1.10\nHost: x\n\n",
                "PUT x HTTP/1.1\nHost: x\n\n",
                "PUT x:80 HTTP/1.1\nHost: x\n\n",
                "PUT * HTTP/1.1\nHost: x\n\n",
                "PUT /x#y HTTP/1.1\nHost: x\n\n",
                "PUT /v1/images/x/content;digest=sha-256:00 HTTP/1.1\nHost: x\n\n",
                "DELETE /v1/images/x;y HTTP/1.1\nHost: x\n\n",
                "PUT http://y/x HTTP/1.1\nHost: x\n\n",
                "PUT http://u@x/x HTTP/1.1\nHost: x\n\n",
                "PUT http:///x HTTP/1.1\nHost: x\n\n",
                "PUT ftp://x/x HTTP/1.1\nHost: x\n\n",
                "PUT /x HTTP/1.1\nHost: x, y\n\n",
                "PUT /x HTTP/1.1\nHost: x,y\n\n",
                "PUT /x HTTP/1.1\nHost: u@x\n\n",
                "PUT /x HTTP/1.1\nHost: x/y\n\n",
                "PUT /x HTTP/1.1\nHost: x:y\n\n",
                "PUT /x HTTP/1.1\nHost: x:99999\n\n",
                "PUT /x HTTP/1.1\nHost: x\nX: a\u0000b\n\n",
                "PUT /x HTTP/1.1\nHost: x\nX: a\rb\n\n",
                "PUT /x HTTP/1.1\nHost: x\nX\u0000: a\n\n",
            })
    void headThatIsNoneEndsTheConnection(String head) {
        // When
        List<Object> messages = decode(head + GET);

        // Then
        assertThat(messages).hasSize(1);
        assertThat(((HttpRequest) messages.get(0)).decoderResult().isFailure()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100000000",
                "100000003",
                "ffffffff",
                "80000000",
                "00000000000000003",
                "-1",
                "+3",
                "0x3",
                "3_",
                "3h",
                "",
                " ",
                " 3",
                "\t3",
                "3 ",
                "3\t",
                "3 3",
                "3,3",
                "3\u000b",
                "3\u0000",
                "3;\u0000",
                "3;a=\u007f",
                "3;a=\"b",
                "3\r",
            })
    void chunkWhoseSizeIsNotCertainEndsTheConnection(String size) {
        requireBroken(CHUNKED + size + "\nabc\n0\n\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3",
                "content-length: 3",
                "Transfer-Encoding: chunked",
                "Trailer: x",
                "Host: y",
                "Authorization: Bearer x",
                "Content-Encoding: gzip",
                "X : a",
                ": a",
                "X: a\u0000",
                "X: a\n b",
                " X: a",
                "no field",
            })
    void trailerThatChangesTheRequestEndsTheConnection(String trailer) {
        requireBroken(CHUNKED + "3\nabc\n0\nX-One: a\n" + trailer + "\n\n");
    }

    @Test
    void chunkExtensionThatNettyCannotReadIsRefusedInPlainWords() {
        // When
        List<Object> messages = decode(CHUNKED + "3;n=\"\u00e9\"\nabc\n0\n\n");

        // Then
        HttpContent last = (HttpContent) messages.get(messages.size() - 1);
        assertThat(last.decoderResult().cause()).hasMessage("a chunk extension has non-ASCII characters");
    }

    private static void requireBroken(String request) {
        for (int pieceBytes : new int[] {1, 2, 5, Integer.MAX_VALUE}) {
            // When
            List<Object> messages = decode(pieceBytes, request + GET);

            // Then
            assertThat(messages.stream().filter(HttpRequest.class::isInstance)).hasSize(1);
            assertThat(messages.stream().filter(LastHttpContent.class::isInstance))
                    .hasSize(1);
            HttpContent last = (HttpContent) messages.get(messages.size() - 1);
            assertThat(last.decoderResult().isFailure()).isTrue();
        }
    }

    /** What a line ends with: a proxy might see its end elsewhere. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /x HTTP/1.1\nHost: x\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: x\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: x\r\n\n",
                "PUT /x HTTP/1.1\r\r\nHost: x\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: x\r\r\n\r\n",
                "\nPUT /x HTTP/1.1\r\nHost: x\r\n\r\n",
                "\rPUT /x HTTP/1.1\r\nHost: x\r\n\r\n",
            })
    void headWithAnotherEndOfALineEndsTheConnection(String head) {
        // When
        List<Object> messages = decodeAsItIs(Integer.MAX_VALUE, head + "GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        // Then
        assertThat(messages).hasSize(1);
        assertThat(((HttpRequest) messages.get(0)).decoderResult().isFailure()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "3\r\nabc\r0\r\n\r\n",
                "3\r\nabc\r\n0\n\r\n",
                "3\r\nabc\r\n0\r\n\n",
                "3\r\nabc\r\n0\r\nX: a\n\r\n",
                "3;a=\n\r\nabc\r\n0\r\n\r\n",
                "3;a=\"\r\n\"\r\nabc\r\n0\r\n\r\n",
            })
    void bodyWithAnotherEndOfALineEndsTheConnection(String body) {
        // When
        List<Object> messages = decodeAsItIs(
                Integer.MAX_VALUE, CHUNKED.replace("\n", "\r\n") + body + "GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        // Then
        assertThat(messages.stream().filter(HttpRequest.class::isInstance)).hasSize(1);
        HttpContent last = (HttpContent) messages.get(messages.size() - 1);
        assertThat(last.decoderResult().isFailure()).isTrue();
    }

    @Test
    void answerToAVersionThatThereIsNotHasOne() {
        // When
        HttpRequest head = (HttpRequest) decode("PUT /x HTTP/9.1\nHost: x\n\n").get(0);

        // Then
        assertThat(head.protocolVersion()).isEqualTo(HttpVersion.HTTP_1_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void ordinaryRequestsAreTakenHoweverTheyAreCut(int pieceBytes) {
        // Given
        String chunked = "PUT /x HTTP/1.1\nHost: x\nTransfer-Encoding: Chunked\n\n4\n\n b\n0\nX-Trailer: a\n\n";
        String extended = CHUNKED + "0004;a=b;c=\"; d\"\n\n b\n1 ; e\nx\n00\n\n";
        String sized = "PUT /x HTTP/1.0\nContent-Length: 4\n\n\n b";
        String absolute = "PUT http://X:80/x?y=z HTTP/1.1\nHost: x:80\n\n";
        String server = "\n\nOPTIONS * HTTP/1.1\nHost: [::1]:9520\n\n";
        String proxy = "CONNECT 10.0.0.1:80 HTTP/1.1\nHost:\n\n";

        // When
        List<Object> messages = decode(pieceBytes, GET + chunked + extended + sized + absolute + server + proxy + GET);

        // Then
        assertThat(messages.stream().filter(HttpRequest.class::isInstance))
                .hasSize(8)
                .allMatch(head -> ((HttpRequest) head).decoderResult().isSuccess());
        assertThat(messages.stream().filter(LastHttpContent.class::isInstance))
                .hasSize(8)
                .allMatch(last -> ((HttpContent) last).decoderResult().isSuccess());
    }

    @Test
    void foldThatComesInPiecesIsSeen() {
        // When
        List<Object> messages = decode(1, "GET /x HTTP/1.1\n" + HOST + "X-Folded: a\n b\n\n" + GET);

        // Then
        assertThat(messages).hasSize(1);
        assertThat(((HttpRequest) messages.get(0)).decoderResult().isFailure()).isTrue();
    }

    private static List<Object> decode(String text) {
        return decode(Integer.MAX_VALUE, text);
    }

    /** What comes of these lines, ended as HTTP has it, sent in pieces. */
    private static List<Object> decode(int pieceBytes, String text) {
        return decodeAsItIs(pieceBytes, text.replace("\n", "\r\n"));
    }

    private static List<Object> decodeAsItIs(int pieceBytes, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        EmbeddedChannel channel = new EmbeddedChannel(new StrictRequestDecoder(new HttpServerOptions()));
        for (int begin = 0; begin < bytes.length; begin += Math.min(pieceBytes, bytes.length - begin)) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, begin, Math.min(pieceBytes, bytes.length - begin)));
        }
        List<Object> messages = new ArrayList<>();
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            messages.add(next);
        }
        return messages;
    }
}
