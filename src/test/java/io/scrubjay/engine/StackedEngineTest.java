// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.nio.file.Path;
import java.time.Duration;

/** All decorators that have no fault armed, one over the other, keep the contract together. */
class StackedEngineTest extends StorageEngineContract {
    private static final Deadlines GENEROUS = new Deadlines(Duration.ofMinutes(5), Duration.ofMinutes(5));

    private long seedOfClose = 100;

    private StorageEngine decorated(StorageEngine engine) {
        StorageEngine device = new FlakyEngine(new CrashingEngine(new StaleEngine(engine), seedOfClose++));
        return new MeteredEngine(new DeadlineEngine(device, GENEROUS), new DeafMeter());
    }

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return MemoryPool.opener(capacityClusters, this::decorated);
    }

    private static final class DeafMeter implements EngineMeter {
        @Override
        public void started(EngineCall call) {}

        @Override
        public void succeeded(EngineCall call, long bytes, long latencyNanos) {}

        @Override
        public void failed(EngineCall call, Throwable failure, long latencyNanos) {}
    }
}
