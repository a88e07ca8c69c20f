// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** From where the agent fetches images by URL, and how patiently. */
@ConfigMapping(prefix = "scrubjay.url")
public interface UrlConfig {
    /**
     * Servers that the agent may fetch from although their addresses are internal: networks such as {@code 10.0.0.0/8},
     * addresses, and names such as {@code images.example.org} or {@code .example.org} for all names below it.
     */
    Optional<List<String>> allow();

    /**
     * Servers that the agent must not fetch from, in the same form; it outweighs {@code allow}. {@code *} stands for
     * every server that {@code allow} does not list.
     */
    Optional<List<String>> deny();

    /**
     * How long, in all, one fetch may make no progress while the agent tries again. Time in which new bytes arrive does
     * not count. With {@code 0s} it does not try again.
     */
    @WithDefault("5m")
    Duration retryFor();

    /**
     * A server that sends nothing for this long is asked again. Time in which the agent is not ready to receive does not
     * count.
     */
    @WithDefault("60s")
    Duration idleTimeout();

    /**
     * A file with certificates in PEM: the only authorities that may sign the certificates of servers. Without it, the
     * agent trusts those of the Java runtime. It is read at the start.
     */
    Optional<Path> caBundle();

    /**
     * An HTTP proxy, such as {@code http://proxy.example.org:3128}. The proxy resolves names, so it has to refuse
     * internal addresses itself. The agent ignores the variable {@code https_proxy}.
     */
    Optional<String> proxy();

    /** A file with the proxy's user name and password, as {@code user:password}; it gets them by Basic authentication. */
    Optional<Path> proxyCredentials();

    /** Servers that the agent connects to without the proxy, in the form of {@code allow}. */
    Optional<List<String>> noProxy();
}
