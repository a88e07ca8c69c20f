// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;
import io.scrubjay.engine.spdk.device.IoUring;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.file.Path;

/** A device that knows reads and writes only: everything has to be cleared by writing. */
@EnabledIf(
        value = "ringsAreAllowed",
        disabledReason = "no SPDK (install it under /opt/spdk, build again), or kernel or container forbid io_uring")
class UringEngineTest extends StorageEngineContract {
    @RegisterExtension
    static final SharedPool POOL = SharedPool.of(
            directory -> TestDevice.pool(new SpdkDevice.Uring(TestDevice.make(directory, CAPACITY_CLUSTERS))));

    static boolean ringsAreAllowed() {
        return NeedsSpdk.Presence.isHere() && IoUring.isAllowed();
    }

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return POOL.opener();
    }
}
