// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.file.MountedFileSystem;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.engine.spdk.TestDevice;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** An agent is ready only while SPDK's device takes writes, and is ready again when it does. */
@NeedsSpdk
@Timeout(240)
class SpdkWriteProofTest {
    private static final int CLUSTERS = 40;
    private static final DeviceConfig SOON = TestDeadlines.of(Duration.ofSeconds(3));

    @TempDir
    Path scratch;

    private MountedFileSystem disk;
    private Path device;
    private SpdkEngine engine;
    private PoolReadiness readiness;

    @BeforeEach
    void open() {
        disk = MountedFileSystem.inFile(scratch, 96L << 20, "mkfs.ext4", "-q");
        device = TestDevice.make(disk.path(), CLUSTERS);
        engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(device, false)));
        readiness = WriteProofTest.readiness(engine, SOON, new WriteProof(OpenedEngine.of(engine), SOON));
        WriteProofTest.becomes(readiness, Status.UP);
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
            disk.close();
        }
    }

    @Test
    void deviceThatRefusesWritesTakesReadinessDownUntilOneSucceeds() {
        MountedFileSystem.refuseWrites(device);
        try {
            WriteProofTest.becomes(readiness, Status.DOWN);
            assertThat(WriteProofTest.reason(readiness))
                    .contains("write of the proof")
                    .contains("errno 5");
        } finally {
            MountedFileSystem.takeWrites(device);
        }

        WriteProofTest.becomes(readiness, Status.UP);
    }

    @Test
    void deviceThatHangsTakesReadinessDownUntilItGoesOn() {
        disk.freeze();
        try {
            WriteProofTest.becomes(readiness, Status.DOWN);
        } finally {
            disk.thaw();
        }

        WriteProofTest.becomes(readiness, Status.UP);
    }
}
