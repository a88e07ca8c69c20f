// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.arc.profile.UnlessBuildProfile;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Allows HTTP/2 only if it was negotiated in TLS. An upgrade within a connection would hold back the body of an upload
 * that requests it, as curl does with {@code --http2}; without the upgrade, such clients stay with HTTP/1.1, which is
 * faster here. Tests that run before packaging use HTTP/2 without TLS. Stateless.
 */
@Singleton
@UnlessBuildProfile("test")
public final class UpgradeRefusal implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }
}
