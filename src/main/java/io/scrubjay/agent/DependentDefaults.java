package io.scrubjay.agent;

import io.scrubjay.gate.HeadDeadlines;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

import java.io.Serial;
import java.util.Optional;

/**
 * Defaults that depend on other keys. Whatever is configured wins, wherever that is.
 *
 * <ul>
 *   <li>the management port: the API's and one;
 *   <li>with TLS on the API: no port without it.
 * </ul>
 *
 * <p>Stateless.
 */
public final class DependentDefaults implements ConfigSourceInterceptor {
    @Serial
    private static final long serialVersionUID = 1;

    private static final String MANAGEMENT_PORT = "quarkus.management.port";
    private static final String INSECURE_REQUESTS = "quarkus.http.insecure-requests";

    public DependentDefaults() {
        // The one thing of ours that is made before there is any server or client.
        HeadDeadlines.enable();
    }

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return switch (name) {
            case MANAGEMENT_PORT -> isConfigured(value) ? value : or(value, name, managementPort(context));
            case INSECURE_REQUESTS -> isConfigured(value) ? value : or(value, name, insecureRequests(context));
            default -> value;
        };
    }

    private static Optional<String> managementPort(ConfigSourceInterceptorContext context) {
        return value(context, "quarkus.http.port").map(DependentDefaults::next);
    }

    /** The port after this one; any, if this is any. */
    private static String next(String port) {
        return port.equals("0") ? "0" : Integer.toString(Integer.parseInt(port) + 1);
    }

    private static Optional<String> insecureRequests(ConfigSourceInterceptorContext context) {
        return value(context, "quarkus.http.tls-configuration-name").map(tls -> "disabled");
    }

    /** The framework's own defaults have ordinals of their own, far below zero. */
    private static boolean isConfigured(ConfigValue value) {
        return value != null && value.getConfigSourceOrdinal() >= 0;
    }

    private static ConfigValue or(ConfigValue otherwise, String name, Optional<String> value) {
        return value.map(text -> ConfigValue.builder()
                        .withName(name)
                        .withValue(text)
                        .withRawValue(text)
                        .withConfigSourceName("defaults that depend on others")
                        .build())
                .orElse(otherwise);
    }

    private static Optional<String> value(ConfigSourceInterceptorContext context, String key) {
        return Optional.ofNullable(context.restart(key))
                .map(ConfigValue::getValue)
                .filter(text -> !text.isBlank());
    }
}
