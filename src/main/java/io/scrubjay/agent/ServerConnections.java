// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;

/**
 * Leaves out the framework's gauges of open connections. There are two servers, the API's and the management interface's,
 * and one gauge: it would count those of whichever happens to start first, and warn of the other at each start. Stateless.
 */
@Singleton
final class ServerConnections implements MeterFilter {
    private static final String GAUGES = "vertx.http.connections.";

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getName().startsWith(GAUGES) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }
}
