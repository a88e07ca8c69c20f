// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.configuration.ConfigurationException;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;

import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Refuses settings that are present without a value. The framework treats them as absent: if an administrator set
 * {@code scrubjay.security.tokens-file} to a variable that turned out empty, the agent would ask nobody for a token,
 * and with an empty trust store it would ask nobody for a certificate. Stateless.
 */
final class EmptySettings {
    /**
     * The variables of the agent's own settings, and of those settings of the framework that control access or protect
     * the connection.
     */
    private static final Pattern REFUSED =
            Pattern.compile("SCRUBJAY_.+|QUARKUS_(TLS|OIDC|HTTP_SSL|HTTP_AUTH|MANAGEMENT_SSL|MANAGEMENT_AUTH)_.+"
                    + "|QUARKUS_(HTTP|MANAGEMENT)_(HOST|TLS_CONFIGURATION_NAME)");

    private static final String ENVIRONMENT = "EnvConfigSource";

    private EmptySettings() {}

    /**
     * @throws ConfigurationException when there are such settings; the message names them
     */
    static void require(Config config) {
        SortedSet<String> empty = StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> REFUSED.matcher(variable(name)).matches())
                .flatMap(name -> empty(config.getConfigValue(name)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!empty.isEmpty()) {
            throw new ConfigurationException(String.join(", ", empty)
                    + (empty.size() == 1
                            ? " is set, but empty: give it a value, or remove it"
                            : " are set, but empty: give them values, or remove them"));
        }
    }

    /**
     * A setting that the administrator has given without a value. Environment variables with our prefix may belong to
     * others.
     */
    private static Optional<String> empty(ConfigValue setting) {
        if (setting.getValue() == null || !setting.getValue().isBlank() || !isConfigured(setting)) {
            return Optional.empty();
        }
        String variable = variable(setting.getName());
        if (!ENVIRONMENT.equals(setting.getSourceName())) {
            return Optional.of(setting.getName());
        }
        return Optional.of(variable)
                .filter(name -> !name.startsWith(UnknownVariables.PREFIX) || UnknownVariables.isSetting(name));
    }

    /**
     * Whether a value was configured: the framework's own defaults have ordinals far below zero, and values fixed at
     * build time have the highest.
     */
    private static boolean isConfigured(ConfigValue setting) {
        return setting.getSourceOrdinal() >= 0 && setting.getSourceOrdinal() < Integer.MAX_VALUE;
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
