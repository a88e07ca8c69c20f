// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcEndpoint;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.scrubjay.access.RegularFile;
import io.scrubjay.access.SecurityConfig;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Sends the agent's own token when the agent asks the issuer for its keys, as the API server of Kubernetes requires.
 * The file is read each time, since such tokens are short-lived; that is rare, and runs on a worker. Stateless.
 */
@Singleton
@Unremovable
@OidcEndpoint({OidcEndpoint.Type.DISCOVERY, OidcEndpoint.Type.JWKS})
public final class IssuerToken implements OidcRequestFilter {
    private final SecurityConfig config;

    IssuerToken(SecurityConfig config) {
        this.config = config;
    }

    @Override
    public Uni<Void> filter(OidcRequestFilterContext context) {
        return config.issuerTokenFile()
                .map(file -> context.runBlocking(() -> context.request().bearerTokenAuthentication(read(file))))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    static String read(Path file) {
        try {
            return new String(RegularFile.read(file), StandardCharsets.UTF_8).strip();
        } catch (IOException failed) {
            throw new UncheckedIOException("the agent's own token cannot be read", failed);
        }
    }
}
