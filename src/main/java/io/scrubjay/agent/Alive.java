// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.spdk.SpdkEngine;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

import java.time.Duration;

/**
 * Alive: somebody answers here, and SPDK's thread does, where there is one. A full pool or a failing device is no reason
 * to be restarted, so neither is asked; nothing here waits. Stateless.
 */
@Liveness
@Singleton
final class Alive implements HealthCheck {
    /** A thread that has not answered for so long will not. */
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
