// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.scrubjay.access.SecurityConfig;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** Asks clients for their certificates where there is a trust store to check them against. Stateless. */
@Singleton
public final class ClientCertificateRequest implements HttpServerOptionsCustomizer {
    private final SecurityConfig config;

    ClientCertificateRequest(SecurityConfig config) {
        this.config = config;
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        if (options.getTrustOptions() != null) {
            options.setClientAuth(
                    switch (config.clientCertificates()) {
                        case REQUEST -> ClientAuth.REQUEST;
                        case REQUIRE -> ClientAuth.REQUIRED;
                    });
        }
    }
}
