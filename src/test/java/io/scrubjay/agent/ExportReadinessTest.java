// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.StoredImages;
import io.scrubjay.pool.TestPool;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.PretendedExports;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

/** An agent that still serves a damaged image says so to whoever sends work to it. */
class ExportReadinessTest {
    private final StorageEngine memory = TestPool.open(ClusterSize.parse("64K"), 32L << 20);
    private final PretendedExports pretended = new PretendedExports(memory);
    private final Exports exports = new Exports(pretended.exporting());
    private final ExportReadiness readiness = new ExportReadiness(exports);

    @AfterEach
    void close() {
        exports.close();
        memory.close();
    }

    private void requireQuarantinedExports(Status status, long count) {
        assertThat(readiness.call().getStatus()).isEqualTo(status);
        assertThat(readiness.call().getData().orElseThrow()).containsEntry("quarantinedExports", count);
    }

    @Test
    void exportOfAQuarantinedImageTakesReadinessDownUntilItHasEnded() {
        // Given
        Image image = StoredImages.commit(memory, "image", new byte[] {1, 2, 3});
        exports.export(image);
        requireQuarantinedExports(Status.UP, 0);
        pretended.failWith(new EngineException.DeviceFailed("end the export", FlakyEngine.EIO));

        // When
        image.move(
                ImageState.Ready.class,
                ready -> ready.quarantined("mismatch", "a chunk differs", Instant.parse("2026-06-01T12:00:00Z")));

        // Then
        requireQuarantinedExports(Status.DOWN, 1);
        pretended.heal();
        exports.end(image);
        requireQuarantinedExports(Status.UP, 0);
    }
}
