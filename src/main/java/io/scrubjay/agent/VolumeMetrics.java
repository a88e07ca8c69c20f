// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.VolumeWrites;
import io.scrubjay.volume.Volumes;
import jakarta.inject.Singleton;

/** Metrics of volumes, of writes to them, and of exports. Stateless. */
@Singleton
final class VolumeMetrics implements MeterBinder {
    private final Volumes volumes;
    private final Exports exports;
    private final VolumeWrites writes;

    VolumeMetrics(Volumes volumes, Exports exports, VolumeWrites writes) {
        this.volumes = volumes;
        this.exports = exports;
        this.writes = writes;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("scrubjay.volumes", volumes, Volumes::count)
                .description("Volumes in the pool")
                .register(registry);
        Gauge.builder("scrubjay.quarantined.exports", exports, Exports::quarantinedCount)
                .description("Quarantined images and snapshots that clients can still read because their export could"
                        + " not be ended yet")
                .register(registry);
        Gauge.builder("scrubjay.volume.writes.running", writes, VolumeWrites::runningCount)
                .description("Writes to volumes in progress")
                .register(registry);
        Gauge.builder("scrubjay.volume.windows.in.use", writes, VolumeWrites::windowsInUse)
                .description("Memory windows in use by writes to volumes")
                .register(registry);
    }
}
