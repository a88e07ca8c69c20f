// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.spdk.SpdkEngine;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

import java.time.Duration;

/**
 * Liveness: the agent answers, and so does SPDK's thread, if there is one. A full pool or a failing device is no reason
 * for a restart, so neither is checked; nothing here waits. Stateless.
 */
@Liveness
@Singleton
final class Alive implements HealthCheck {
    /** A thread that has been silent for this long will not answer any more. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

    private final OpenedEngine opened;

    Alive(OpenedEngine opened) {
        this.opened = opened;
    }

    @Override
    public HealthCheckResponse call() {
        Duration silence = opened.spdk().map(SpdkEngine::silence).orElse(Duration.ZERO);
        return HealthCheckResponse.named("agent")
                .withData("deviceThreadSilentSeconds", silence.toSeconds())
                .status(silence.compareTo(SILENCE_MAX) < 0)
                .build();
    }
}
