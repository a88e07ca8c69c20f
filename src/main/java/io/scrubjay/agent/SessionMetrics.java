// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.session.Sessions;
import jakarta.inject.Singleton;

/** Metrics of resumable uploads. Stateless. */
@Singleton
final class SessionMetrics implements MeterBinder {
    private final Sessions sessions;

    SessionMetrics(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("scrubjay.upload.sessions", sessions, Sessions::count)
                .description("Resumable uploads in the pool")
                .register(registry);
        Gauge.builder("scrubjay.upload.sessions.parked", sessions, Sessions::parkedCount)
                .description("Resumable uploads that nobody is sending to and no image is being made of")
                .register(registry);
        Gauge.builder("scrubjay.upload.transfers.running", sessions, Sessions::receivingCount)
                .description("Requests in progress that send to resumable uploads")
                .register(registry);
        Gauge.builder("scrubjay.upload.windows.in.use", sessions, Sessions::windowsInUse)
                .description("Memory windows in use by resumable uploads")
                .register(registry);
    }
}
