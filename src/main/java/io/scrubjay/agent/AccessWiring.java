// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.scrubjay.access.Authentication;
import io.scrubjay.access.SecurityConfig;
import io.scrubjay.access.Subjects;
import io.scrubjay.access.Tokens;
import io.scrubjay.access.UploadGrants;
import io.scrubjay.access.UploadKey;
import io.scrubjay.access.WatchedFile;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Creates the objects for authentication and roles, one of each. */
@Singleton
final class AccessWiring {
    /** The files with secrets, which are checked for changes. */
    record SecretFiles(Optional<WatchedFile<Tokens>> tokens, Optional<WatchedFile<UploadKey>> uploadKey) {
        List<WatchedFile<?>> all() {
            return Stream.<Optional<? extends WatchedFile<?>>>of(tokens, uploadKey)
                    .<WatchedFile<?>>flatMap(Optional::stream)
                    .toList();
        }
    }

    @Produces
    @Singleton
    SecretFiles secretFiles(SecurityConfig config) {
        return Settings.read(
                "scrubjay.security",
                () -> new SecretFiles(
                        config.tokensFile().map(path -> WatchedFile.open(path, Tokens::parse)),
                        config.uploadKeyFile().map(path -> WatchedFile.open(path, UploadKey::parse))));
    }

    @Produces
    @Singleton
    UploadGrants grants(SecurityConfig config, SecretFiles files, InstantSource clock) {
        return new UploadGrants(files.uploadKey(), config.uploadUrlLifetimeMax(), clock);
    }

    @Produces
    @Singleton
    Authentication authentication(
            SecurityConfig config,
            SecretFiles files,
            TlsConfigurationRegistry tls,
            @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean issuer,
            @ConfigProperty(name = "quarkus.http.tls-configuration-name") Optional<String> tlsName) {
        boolean certificates = tlsName.flatMap(tls::get)
                .map(TlsConfiguration::getTrustStoreOptions)
                .isPresent();
        if (!certificates && config.clientCertificates() == SecurityConfig.ClientCertificates.REQUIRE) {
            throw new ConfigurationException("scrubjay.security.client-certificates=require needs TLS"
                    + " (quarkus.http.tls-configuration-name) with a trust store");
        }
        Set<Authentication.Voucher> vouchers = EnumSet.noneOf(Authentication.Voucher.class);
        if (issuer) {
            vouchers.add(Authentication.Voucher.ISSUER);
        }
        if (certificates) {
            vouchers.add(Authentication.Voucher.CERTIFICATES);
        }
        return new Authentication(files.tokens(), new Subjects(config.subjects()), vouchers);
    }
}
