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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rules for the head of a request that Netty does not check: RFC 9112, sections 3.2 and 6.1. Netty checks the rest: it
 * refuses {@code Content-Length} together with {@code Transfer-Encoding}, differing lengths, and any
 * {@code Transfer-Encoding} in HTTP/1.0. Stateless.
 */
final class HeadRules {
    static final String NO_URI =
            "the request target is not a URI: percent-encode every special character, and end no escape early";

    static final String NO_TARGET =
            "the request target is neither a path nor an http or https URI; send a path that begins with a slash";

    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9._~%!$&'()*+;=-]*|\\[[0-9A-Fa-f:.]+])(?::([0-9]{0,5}))?");

    private static final int PORT_MAX = 65_535;

    private HeadRules() {}

    /** The rule that a head breaks, as a text for the client. */
    static Optional<String> broken(HttpRequest head) {
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Optional.of(version + " is not supported; send HTTP/1.1");
        }
        HttpHeaders fields = head.headers();
        List<String> codings = fields.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && !(codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked"))) {
            return Optional.of("'Transfer-Encoding: " + String.join(", ", codings)
                    + "' is not supported; send 'Transfer-Encoding: chunked' or a Content-Length");
        }
        if (fields.contains("Sec-WebSocket-Key1") || fields.contains("Sec-WebSocket-Key2")) {
            // With these headers, Netty alone treats the next eight bytes as a body.
            return Optional.of("the agent does not support WebSocket; leave Sec-WebSocket-Key1 and -Key2 out");
        }
        int hosts = fields.getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1) {
            return Optional.of("the request has " + hosts + " Host headers; send one");
        }
        if (hosts == 0 && version.equals(HttpVersion.HTTP_1_1)) {
            return Optional.of("the Host header is missing; HTTP/1.1 requires one");
        }
        return target(head.method().name(), head.uri(), Optional.ofNullable(fields.get(HttpHeaderNames.HOST)));
    }

    /**
     * What is wrong with the target of a request, as a text for the client. The target matters, since a proxy may have
     * chosen the agent by its host.
     *
     * @param host the host that the client sent, if it did
     */
    static Optional<String> target(String method, String target, Optional<String> host) {
        if (host.filter(name -> !isHost(name)).isPresent()) {
            return Optional.of("the Host header is not '<host>' or '<host>:<port>'");
        }
        if (method.equals("CONNECT")) {
            return Optional.empty();
        }
        Optional<URI> uri = uri(target);
        if (uri.isEmpty()) {
            return Optional.of(NO_URI);
        }
        if (target.contains("#")) {
            return Optional.of("the request target has a fragment; send what is before '#'");
        }
        if (target.split("\\?", 2)[0].contains(";")) {
            // The framework would remove it from the path, and a digest in it would be ignored.
            return Optional.of(
                    "the path has a ';'; send query keys behind a '?', or write %3B for the character itself");
        }
        if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
            return Optional.empty();
        }
        if (!("http".equalsIgnoreCase(uri.get().getScheme())
                        || "https".equalsIgnoreCase(uri.get().getScheme()))
                || uri.get().getHost() == null
                || uri.get().getRawUserInfo() != null) {
            return Optional.of(NO_TARGET);
        }
        return host.filter(name -> !name.equalsIgnoreCase(uri.get().getRawAuthority()))
                .map(name -> "the host in the request target differs from the Host header; send the same in both");
    }

    private static Optional<URI> uri(String target) {
        try {
            return Optional.of(new URI(target));
        } catch (URISyntaxException nonsense) {
            return Optional.empty();
        }
    }

    private static boolean isHost(String name) {
        Matcher host = HOST.matcher(name);
        return host.matches()
                && (host.group(1) == null || host.group(1).isEmpty() || Integer.parseInt(host.group(1)) <= PORT_MAX);
    }
}
