// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Heads and bodies that a proxy in front might read differently. */
class StrictRequestDecoderTest {
    private static final String HOST = "Host: x\n";
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
            })
    void headThatIsNoneEndsTheConnection(String head) {
        // When
        List<Object> messages = decode(head + GET);

        // Then
        assertThat(messages).hasSize(1);
        assertThat(((HttpRequest) messages.get(0)).decoderResult().isFailure()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"100000000", "100000003", "ffffffff", "80000000", "-1", "0x3", "''"})
    void chunkOfAnotherSizeThanItSaysEndsTheConnection(String size) {
        // When
        List<Object> messages =
                decode("PUT /x HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n" + size + "\nabc\n0\n\n" + GET);

        // Then
        assertThat(messages).hasSize(2);
        assertThat(((HttpContent) messages.get(1)).decoderResult().isFailure()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void ordinaryRequestsAreTakenHoweverTheyAreCut(int pieceBytes) {
        // Given
        String chunked = "PUT /x HTTP/1.1\nHost: x\nTransfer-Encoding: Chunked\n\n4\n\n b\n0\nX-Trailer: a\n\n";
        String sized = "PUT /x HTTP/1.0\nContent-Length: 4\n\n\n b";

        // When
        List<Object> messages = decode(pieceBytes, GET + chunked + sized + GET);

        // Then
        assertThat(messages.stream().filter(HttpRequest.class::isInstance))
                .hasSize(4)
                .allMatch(head -> ((HttpRequest) head).decoderResult().isSuccess());
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

    /** What comes of these bytes, lines ended as HTTP has it, sent in pieces. */
    private static List<Object> decode(int pieceBytes, String text) {
        byte[] bytes = text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
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
