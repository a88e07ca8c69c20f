// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.pool;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.CrashingEngine;
import io.scrubjay.engine.LentEngine;
import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StaleEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.StrictEngine;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.engine.memory.MemoryMedium;

import java.util.EnumSet;
import java.util.Set;

/**
 * The pool that a test works on unless it needs another one; in memory. Whoever uses it gets these tests without asking:
 *
 * <ul>
 *   <li>new clusters hold garbage, {@link StaleEngine};
 *   <li>callers keep the rules of the SPI, and close every handle, {@link StrictEngine};
 *   <li>closing it is a loss of power, {@link CrashingEngine}: what was not flushed is gone, there, or torn;
 *   <li>after that it is opened again, an agent's start is made, and all that must hold of a pool is checked, {@link
 *       PoolAudit}.
 * </ul>
 *
 * <p>The start is made on the pool itself: who opens it again finds it swept. Closing the engine fails with an {@link AssertionError} when any of that does not hold. What the crash leaves depends on
 * {@code -Dscrubjay.test.seed}, which is 1 unless it is given; the error names it.
 *
 * <pre>{@code
 * private final StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 32L << 20);
 * }</pre>
 *
 * <p>As thread-safe as an engine; flaws are announced by one thread.
 */
public final class TestPool implements PoolOpener {
    private static final long SEED = Long.getLong("scrubjay.test.seed", 1);

    private final MemoryMedium medium;
    private final Set<Flaw> announced = EnumSet.noneOf(Flaw.class);

    private TestPool(MemoryMedium medium) {
        this.medium = medium;
    }

    /** A new, empty pool. */
    public static TestPool of(ClusterSize clusterSize, long capacityBytes) {
        return new TestPool(MemoryMedium.of(clusterSize, capacityBytes));
    }

    /** The engine of a new, empty pool, which is gone when the engine is closed. */
    public static StorageEngine open(ClusterSize clusterSize, long capacityBytes) {
        return of(clusterSize, capacityBytes).open();
    }

    /** Says that the test leaves such a flaw in the pool on purpose. */
    public TestPool mayHold(Flaw flaw, Flaw... more) {
        announced.addAll(EnumSet.of(flaw, more));
        return this;
    }

    @Override
    public StorageEngine open() {
        return new LentEngine(
                new StrictEngine(new CrashingEngine(new StaleEngine(MemoryEngine.open(medium)), SEED)), this::end);
    }

    /** Closing the engine is the loss of power. */
    private void end(StorageEngine engine) {
        try {
            engine.close();
        } catch (RuntimeException | Error broken) {
            try {
                audit();
            } catch (RuntimeException | Error flawed) {
                broken.addSuppressed(flawed);
            }
            throw broken;
        }
        audit();
    }

    /** Of the medium itself: nothing that could hide anything lies in between. */
    private void audit() {
        try (StorageEngine again = MemoryEngine.open(medium)) {
            PoolAudit.afterStart(again).requireNothingBut(announced, "-Dscrubjay.test.seed=" + SEED);
        }
    }
}
