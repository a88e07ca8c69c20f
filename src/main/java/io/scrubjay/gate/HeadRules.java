// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * What the head of an HTTP/1 request has to keep to beyond what Netty asks: RFC 9112, sections 3.2, 5.2 and 6.1. Netty
 * sees to the rest: it refuses {@code Content-Length} beside {@code Transfer-Encoding}, lengths that differ, and any
 * {@code Transfer-Encoding} of HTTP/1.0. Stateless.
 */
final class HeadRules {
    static final String FOLDED = "a header line begins with a blank; send each field in one line";

    static final String NO_URI =
            "the request target is no URI: it has a character that needs an escape, or half an escape";

    private HeadRules() {}

    /** Which rule a head breaks, as a text for the client. */
    static Optional<String> broken(HttpRequest head) {
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Optional.of(version + " is not supported; send HTTP/1.1");
        }
        if (!isUri(head.uri())) {
            return Optional.of(NO_URI);
        }
        HttpHeaders fields = head.headers();
        List<String> codings = fields.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && !(codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked"))) {
            return Optional.of("'Transfer-Encoding: " + String.join(", ", codings)
                    + "' is not supported; send 'Transfer-Encoding: chunked' or a Content-Length");
        }
        if (fields.contains("Sec-WebSocket-Key1") || fields.contains("Sec-WebSocket-Key2")) {
            // With these Netty takes the next eight bytes for a body, which nobody else does.
            return Optional.of(
                    "fields of a draft of WebSocket are not supported; leave Sec-WebSocket-Key1 and -Key2 out");
        }
        int hosts = fields.getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1) {
            return Optional.of("there are " + hosts + " Host fields; send one");
        }
        if (hosts == 0 && version.equals(HttpVersion.HTTP_1_1)) {
            return Optional.of("the Host field is missing; HTTP/1.1 asks for one");
        }
        return Optional.empty();
    }

    static boolean isUri(String target) {
        try {
            URI unused = new URI(target);
            return true;
        } catch (URISyntaxException nonsense) {
            return false;
        }
    }
}
