// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Who may use the agent, and how clients authenticate. */
@ConfigMapping(prefix = "scrubjay.security")
public interface SecurityConfig {
    /** Whether the agent may listen for other machines without any authentication. */
    @WithDefault("false")
    boolean insecure();

    /** A file of tokens, one per line: {@code <role> <name> <token>}. It is read again when it changes. */
    Optional<Path> tokensFile();

    /** A file with the secret that signs upload URLs, at least 32 bytes. It is read again when it changes. */
    Optional<Path> uploadKeyFile();

    /** The longest lifetime that an upload URL may have. */
    @WithDefault("24h")
    Duration uploadUrlLifetimeMax();

    /** How often the agent checks these files for changes. */
    @WithDefault("1s")
    Duration reloadPeriod();

    /** The roles of subjects: of JWTs, by {@code sub}, and of client certificates, by common name. */
    Map<String, Role> subjects();

    /** With a trust store configured: whether clients may (request) or must (require) present a certificate. */
    @WithDefault("request")
    ClientCertificates clientCertificates();

    /** A file with the token the agent itself shows to the issuer when it asks for keys, as Kubernetes' wants it. */
    Optional<Path> issuerTokenFile();

    /** What is asked of clients. */
    enum ClientCertificates {
        /** Those who have a certificate may show it. */
        REQUEST,
        /** Nobody gets in without one. */
        REQUIRE
    }
}
