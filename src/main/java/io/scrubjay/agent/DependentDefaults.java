// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.gate.HeadDeadlines;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Defaults that depend on other keys. A configured value always wins, whatever its source.
 *
 * <ul>
 *   <li>the management port: 9521; any free port if something else listens there, or if the API uses any free port;
 *   <li>with TLS on the API: no port without TLS;
 *   <li>files that Vert.x unpacks: below the state directory, if there is one.
 * </ul>
 *
 * <p>Thread-safe: the chosen values are guarded by the monitor of this object.
 */
public final class DependentDefaults implements ConfigSourceInterceptor {
    @Serial
    private static final long serialVersionUID = 1;

    private static final String MANAGEMENT_PORT = "quarkus.management.port";
    private static final int MANAGEMENT_PORT_USUAL = 9521;
    private static final String ANY_PORT = "0";
    private static final String INSECURE_REQUESTS = "quarkus.http.insecure-requests";
    private static final String VERTX_FILES = "quarkus.vertx.cache-directory";

    /** Chosen once: later the agent itself occupies the port. */
    private String managementPort;

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
            case VERTX_FILES -> isConfigured(value) ? value : or(value, name, vertxFiles(context));
            default -> value;
        };
    }

    private synchronized Optional<String> managementPort(ConfigSourceInterceptorContext context) {
        if (managementPort == null) {
            boolean anyPort =
                    value(context, "quarkus.http.port").filter(ANY_PORT::equals).isPresent();
            // Both any, or none: metrics of the two would have different tags, which the registry refuses.
            managementPort = anyPort ? ANY_PORT : Integer.toString(freePort());
        }
        return Optional.of(managementPort);
    }

    private static int freePort() {
        try {
            return bound(MANAGEMENT_PORT_USUAL);
        } catch (IOException taken) {
            return anyFreePort();
        }
    }

    private static int anyFreePort() {
        try {
            return bound(0);
        } catch (IOException none) {
            throw new UncheckedIOException("the agent found no free port for its management interface", none);
        }
    }

    /** The port that a listener gets there; the listener is closed at once. */
    private static int bound(int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(port));
            return probe.getLocalPort();
        }
    }

    private static Optional<String> insecureRequests(ConfigSourceInterceptorContext context) {
        return value(context, "quarkus.http.tls-configuration-name").map(tls -> "disabled");
    }

    /** The directory for files of Vert.x. It is requested before Vert.x starts, and so before anything is unpacked. */
    private static Optional<String> vertxFiles(ConfigSourceInterceptorContext context) {
        return value(context, SeparatePlaces.STATE)
                .map(Path::of)
                .filter(state -> isOutsideThePool(context, state))
                .flatMap(StateDirectory::prepare)
                .map(directory -> directory.resolve("vertx-cache").toString());
    }

    /**
     * Whether the state directory is outside the pool. If not, the start is about to be refused, and nothing may be
     * created.
     */
    private static boolean isOutsideThePool(ConfigSourceInterceptorContext context, Path state) {
        boolean isInFiles = value(context, "scrubjay.engine")
                .map(AgentConfig.EngineKind.FILE.name()::equalsIgnoreCase)
                .orElse(true);
        return !isInFiles
                || value(context, SeparatePlaces.POOL)
                        .flatMap(pool -> SeparatePlaces.problem(Path.of(pool), state))
                        .isEmpty();
    }

    /** Whether a value is configured: the framework's own defaults have ordinals far below zero. */
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
