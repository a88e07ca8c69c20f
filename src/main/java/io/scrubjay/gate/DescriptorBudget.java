// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Checks at startup whether the limits on connections fit into the number of files that the process may have open.
 * Stateless.
 */
@Singleton
public final class DescriptorBudget {
    private static final Logger LOG = Logger.getLogger(DescriptorBudget.class);

    private final GateConfig config;

    DescriptorBudget(GateConfig config) {
        this.config = config;
    }

    void onStart(@Observes StartupEvent start) {
        int limit = FileDescriptors.limit();
        long wanted = (long) config.connectionsMax() + config.managementConnectionsMax();
        if (wanted > FileDescriptors.forConnections(limit)) {
            LOG.warnf(
                    "the limit of open files is %d, which leaves %d for connections: fewer than the %d that"
                            + " scrubjay.http.connections-max and .management-connections-max allow. Raise the"
                            + " limit (ulimit -n, LimitNOFILE=), or lower these settings",
                    limit, FileDescriptors.forConnections(limit), wanted);
        }
    }
}
