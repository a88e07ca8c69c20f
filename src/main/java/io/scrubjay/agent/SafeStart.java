// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.scrubjay.access.Authentication;
import io.scrubjay.access.Loopback;
import io.scrubjay.access.SecurityConfig;
import io.scrubjay.scrub.StateConfig;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import java.util.List;

/**
 * Refuses to start an agent that everybody could reach and use, whose settings are ambiguous, or whose pool and state
 * directories are inside each other. Stateless.
 */
@Singleton
final class SafeStart {
    private static final Logger LOG = Logger.getLogger(SafeStart.class);

    private final Authentication authentication;
    private final SecurityConfig config;
    private final AgentConfig agent;
    private final StateConfig state;
    private final Config settings;
    private final String host;

    SafeStart(
            Authentication authentication,
            SecurityConfig config,
            AgentConfig agent,
            StateConfig state,
            Config settings,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        this.authentication = authentication;
        this.config = config;
        this.agent = agent;
        this.state = state;
        this.settings = settings;
        this.host = host;
    }

    /** Makes sure that this check happens at all. */
    void onStart(@Observes StartupEvent start) {}

    /** Called before the pool and the history are opened, since they depend on this, and so before anything listens. */
    @PostConstruct
    void check() {
        EmptySettings.require(settings);
        if (agent.engine() == AgentConfig.EngineKind.FILE) {
            SeparatePlaces.require(agent.pool().path(), state.path());
        }
        List<String> unknown = UnknownVariables.of(System.getenv());
        if (!unknown.isEmpty()) {
            LOG.warnf(
                    "the environment has %s, which is no setting of the agent: correct the names or remove them;"
                            + " docs/configuration.md lists all settings",
                    String.join(", ", unknown));
        }
        if (config.insecure()) {
            LOG.warnf(
                    "scrubjay.security.insecure=true: without authentication, whoever reaches %s can read, change and"
                            + " delete everything here",
                    host);
        } else if (authentication.isOpen() && !Loopback.is(host)) {
            throw new ConfigurationException("quarkus.http.host=" + host + " is reached from other machines, and no"
                    + " authentication is configured: set scrubjay.security.tokens-file, quarkus.oidc.tenant-enabled"
                    + " or client certificates, listen on 127.0.0.1, or accept the risk with"
                    + " scrubjay.security.insecure=true");
        }
    }
}
