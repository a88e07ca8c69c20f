package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;
import org.junit.jupiter.api.condition.EnabledIf;

import java.nio.file.Path;

/** A device that knows reads and writes only: everything has to be cleared by writing. */
@EnabledIf(value = "ringsAreAllowed", disabledReason = "no SPDK in this build, or the kernel refuses io_uring")
class UringEngineTest extends StorageEngineContract {
    static boolean ringsAreAllowed() {
        return NeedsSpdk.Presence.isHere() && DeviceNative.ioUring() == 0;
    }

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        SpdkPool pool = TestDevice.pool(new SpdkDevice.Uring(TestDevice.make(directory, capacityClusters)));
        return () -> SpdkEngine.open(pool);
    }
}
