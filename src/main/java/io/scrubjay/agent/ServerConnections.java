// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;

/**
 * Removes the framework's gauge of open connections. There are two servers, for the API and for the management
 * interface, but only one gauge: it would count the connections of the server that happens to start first, and warn
 * about the other at each start. Stateless.
 */
@Singleton
final class ServerConnections implements MeterFilter {
    private static final String GAUGES = "vertx.http.connections.";

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getName().startsWith(GAUGES) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }
}
