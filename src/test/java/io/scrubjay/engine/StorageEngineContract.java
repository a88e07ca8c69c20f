// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/**
 * The storage SPI in code: what {@link StorageEngine} and {@link Volume} promise, one test a sentence. An engine's test
 * extends this and says how its pool is made:
 *
 * <pre>{@code
 * class MyEngineTest extends StorageEngineContract {
 *     @Override
 *     protected PoolOpener newPool(Path directory, int capacityClusters) {
 *         return () -> MyEngine.open(directory, ...);
 *     }
 * }
 * }</pre>
 *
 * <p>The parts are interfaces by topic, so that a failure names the engine's own test class. What an engine can do is
 * read from its {@link EngineTraits}; what it cannot say there is a method to override here.
 *
 * <p>Nothing here relies on the part of a new cluster that was never written.
 */
public abstract class StorageEngineContract
        implements VolumesContract,
                HandlesContract,
                RefusalsContract,
                MessagesContract,
                BytesContract,
                SnapshotsContract,
                ClonesContract,
                DifferencesContract,
                CapacityContract,
                DurabilityContract,
                InterruptsContract,
                ConcurrencyContract,
                RandomOperationsContract {
    @TempDir
    protected Path directory;

    private PoolOpener pool;
    private StorageEngine engine;

    /**
     * A new, empty pool with small clusters (4 KiB to 1 MiB), made when it is opened first and kept when it is closed.
     *
     * @param directory an empty directory of the test's own, for pools that lie in one
     * @param capacityClusters how much it is to hold, if it can be limited
     */
    protected abstract PoolOpener newPool(Path directory, int capacityClusters);

    /** The same for tests of what happens in a full pool, where only another kind of pool can be made that small. */
    protected PoolOpener newSmallPool(Path directory, int capacityClusters) {
        return newPool(directory, capacityClusters);
    }

    /** Whether {@link #newPool} heeds the capacity. */
    @Override
    public boolean limitsCapacity() {
        return true;
    }

    @BeforeEach
    final void openPool(TestInfo test) {
        pool = test.getTestMethod().orElseThrow().getDeclaringClass() == CapacityContract.class
                ? newSmallPool(directory, CAPACITY_CLUSTERS)
                : newPool(directory, CAPACITY_CLUSTERS);
        engine = pool.open();
    }

    @AfterEach
    final void closePool() {
        // Not there where this user may not make such a pool, and the test was skipped.
        if (engine != null) {
            engine.close();
        }
        removePool();
    }

    /** After each test, once the pool is closed. */
    protected void removePool() {}

    @Override
    public final StorageEngine engine() {
        return engine;
    }

    @Override
    public final StorageEngine openAgain() {
        return pool.open();
    }

    @Override
    public final void reopen() {
        engine.close();
        engine = pool.open();
    }
}
