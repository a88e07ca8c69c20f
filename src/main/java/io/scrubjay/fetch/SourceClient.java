// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Connects to the servers of URLs by HTTP/1.1, to the addresses that were checked and no others; to the server, and to
 * TLS, it gives the name that is in the URL. Each request has a connection of its own. Follows no redirects. Thread-safe.
 */
final class SourceClient implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int HEAD_BYTES_MAX = 32_768;
    private static final int PIECE_BYTES_MAX = 256 << 10;
    /** More than there are fetches at once: none waits for another's connection. */
    private static final int CONNECTIONS_MAX = 65_536;

    private final HttpClient http;
    private final Optional<ProxyLogin> login;

    /**
     * @param caBundle the certificates of the authorities that are trusted, or empty for those of the Java runtime
     * @param login for the proxy, if it wants one; no server gets it
     * @throws IllegalArgumentException when that file cannot be used
     */
    SourceClient(Vertx vertx, Optional<Path> caBundle, Optional<ProxyLogin> login) {
        this.login = login;
        HttpClientOptions options = new HttpClientOptions()
                .setKeepAlive(false)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setMaxHeaderSize(HEAD_BYTES_MAX)
                .setMaxChunkSize(PIECE_BYTES_MAX)
                // A trace would have the query, and the server a header.
                .setTracingPolicy(TracingPolicy.IGNORE);
        caBundle.ifPresent(file -> options.setTrustOptions(CaBundle.read(file)));
        this.http = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
    }

    /**
     * Connects for a request for the file.
     *
     * @return the request, which has not been sent; fails when none of the addresses can be connected to
     */
    Future<HttpClientRequest> connect(CheckedUrl to, MultiMap fields) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setSsl(to.url().scheme() == SourceUrl.Scheme.HTTPS)
                .setHost(to.url().host())
                .setPort(to.url().port())
                .setURI(to.url().target())
                .setFollowRedirects(false)
                .setHeaders(fields);
        return to.proxy().isPresent()
                ? http.request(request.setProxyOptions(through(to.proxy().get())))
                : connect(request, to.addresses());
    }

    private Future<HttpClientRequest> connect(RequestOptions request, List<InetAddress> addresses) {
        InetAddress first = addresses.get(0);
        List<InetAddress> others = addresses.subList(1, addresses.size());
        // INVARIANT: the server is an address, not a name that could resolve to another one by now.
        Future<HttpClientRequest> connected = http.request(new RequestOptions(request)
                .setServer(SocketAddress.inetSocketAddress(request.getPort(), InetAddressText.of(first))));
        return others.isEmpty() ? connected : connected.recover(failed -> connect(request, others));
    }

    private ProxyOptions through(SourceUrl proxy) {
        ProxyOptions options =
                new ProxyOptions().setType(ProxyType.HTTP).setHost(proxy.host()).setPort(proxy.port());
        login.ifPresent(known -> options.setUsername(known.user()).setPassword(known.password()));
        return options;
    }

    /** Ends all connections. */
    @Override
    public void close() {
        Future<Void> unused = http.close();
    }
}
