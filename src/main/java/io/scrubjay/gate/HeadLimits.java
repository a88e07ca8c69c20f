// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Headers;
import io.quarkus.runtime.configuration.MemorySize;
import io.scrubjay.api.problem.Problem;
import io.vertx.core.http.HttpServerOptions;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The limits on the head of a request, for each version of HTTP. Immutable.
 *
 * @param lineBytes the largest first line, or path
 * @param fieldBytes the largest size of all fields together
 * @param chunkBytes the largest part of a body that is passed on at once
 */
record HeadLimits(int lineBytes, int fieldBytes, int chunkBytes) {
    /** The bytes that HTTP/2 counts for each field in addition to its name and value: RFC 9113, section 10.5.1. */
    private static final int FIELD_OVERHEAD_BYTES = 32;

    static HeadLimits configured() {
        Config config = ConfigProvider.getConfig();
        return new HeadLimits(
                config.getValue("quarkus.http.limits.max-initial-line-length", Integer.class),
                bytes(config, "quarkus.http.limits.max-header-size"),
                bytes(config, "quarkus.http.limits.max-chunk-size"));
    }

    private static int bytes(Config config, String key) {
        return Math.toIntExact(config.getValue(key, MemorySize.class).asLongValue());
    }

    /** The options of a server that an HTTP/1 decoder needs. */
    HttpServerOptions ofHttp1() {
        return new HttpServerOptions()
                .setMaxInitialLineLength(lineBytes)
                .setMaxHeaderSize(fieldBytes)
                .setMaxChunkSize(chunkBytes);
    }

    /**
     * Why an HTTP/2 head is refused. Heads that HTTP/2 itself does not allow, such as one without a path, are not
     * checked here.
     */
    Optional<Problem> problem(Http2Headers head) {
        if ("CONNECT".contentEquals(head.method() == null ? "" : head.method())) {
            return Optional.of(Methods.notPossible(Methods.NO_PROXY));
        }
        if (head.path() != null && head.path().length() > lineBytes) {
            return Optional.of(RefusedHead.uriTooLong());
        }
        if (bytes(head) > fieldBytes) {
            return Optional.of(RefusedHead.headTooLarge());
        }
        return broken(head).map(RefusedHead::unreadable);
    }

    private static Optional<String> broken(Http2Headers head) {
        if (head.path() == null || head.path().isEmpty() || head.method() == null) {
            return Optional.empty();
        }
        if (head.path().charAt(0) != '/' && !head.path().toString().equals("*")) {
            // The authority has a field of its own here.
            return Optional.of(HeadRules.NO_TARGET);
        }
        Optional<String> authority = Optional.ofNullable(head.authority()).map(CharSequence::toString);
        List<String> hosts = head.getAll(HttpHeaderNames.HOST).stream()
                .map(CharSequence::toString)
                .toList();
        if (hosts.size() > 1
                || authority
                        .filter(name -> !hosts.stream().allMatch(name::equalsIgnoreCase))
                        .isPresent()) {
            return Optional.of("the Host header differs from :authority; leave it out");
        }
        return HeadRules.target(
                head.method().toString(),
                head.path().toString(),
                authority.or(() -> hosts.stream().findFirst()));
    }

    private static long bytes(Http2Headers head) {
        long bytes = 0;
        for (Map.Entry<CharSequence, CharSequence> field : head) {
            bytes += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD_BYTES;
        }
        return bytes;
    }
}
