// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.arc.profile.UnlessBuildProfile;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * HTTP/2 where TLS has agreed on it, and nowhere else. An upgrade in mid-connection would hold back the body of an
 * upload that asks for it, as curl's do with {@code --http2}; without, they stay with HTTP/1.1, which is faster here.
 * Tests of what is not built yet speak HTTP/2 without TLS. Stateless.
 */
@Singleton
@UnlessBuildProfile("test")
public final class UpgradeRefusal implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }
}
