// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.FlakyEngine.Moment;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Runs one operation again and again, each time in a new pool and with a fault one call later, until it ends without
 * having met the fault. After each run power is lost, the pool is opened again, and the invariants are checked. This is
 * how "nothing half-made is visible" and "acknowledged means durable" are tested:
 *
 * <pre>{@code
 * long calls = CrashSweep.inMemory(256)
 *         .prepare(engine -> createWhatIsThereBefore(engine))
 *         .operation(engine -> commit(engine, "image"))
 *         .check((engine, ending) -> {
 *             reconcile(engine);                                  // what a restart does
 *             if (ending.acknowledged()) {
 *                 assertImageVerifies(engine, "image");
 *             } else {
 *                 assertImageVerifiesOrNothingIsLeft(engine, "image");
 *             }
 *         })
 *         .run(seed);
 * assertThat(calls).isGreaterThan(3);                             // it did meet faults
 * }</pre>
 *
 * <p>Every call that changes something is swept four times: power lost before it and after it ({@link
 * FlakyEngine#powerOff}), and that one call failing before or after its effect while the device goes on ({@link
 * FlakyEngine#failOnce}), so that the operation's own cleaning up is tested, too. What was not flushed is then dropped,
 * kept or torn by the seed, {@link CrashingEngine}.
 *
 * <p>The operation closes what it opens, and throws when it fails; an {@link Error} (a failed assertion) ends the sweep.
 * It may use several threads; then it is chance which call is the n-th, and a failure may not come again with its seed.
 * Failures name the seed, the kind of fault and the call. Confined to one thread.
 */
public final class CrashSweep {
    /** The faults each call is swept with. */
    public enum Fault {
        POWER_LOST_BEFORE,
        POWER_LOST_AFTER,
        FAILED_BEFORE,
        FAILED_AFTER;

        private FlakyEngine arm(FlakyEngine engine, long call) {
            return switch (this) {
                case POWER_LOST_BEFORE -> engine.powerOff(call, Moment.BEFORE);
                case POWER_LOST_AFTER -> engine.powerOff(call, Moment.AFTER);
                case FAILED_BEFORE -> engine.failOnce(call, Moment.BEFORE, Fault::inputOutputError);
                case FAILED_AFTER -> engine.failOnce(call, Moment.AFTER, Fault::inputOutputError);
            };
        }

        private static EngineException inputOutputError() {
            return new DeviceFailed("the call the sweep chose", FlakyEngine.EIO);
        }
    }

    /**
     * How a run of the operation ended.
     *
     * @param fault what it met
     * @param call the call at which it met it, from 1
     * @param acknowledged whether the operation returned without an exception all the same
     */
    public record Ending(Fault fault, long call, boolean acknowledged) {}

    /** Something that is done with a pool. */
    @FunctionalInterface
    public interface Step {
        void run(StorageEngine engine) throws Exception;
    }

    /** What must hold in the pool that was opened again; throws {@link AssertionError} when it does not. */
    @FunctionalInterface
    public interface Invariants {
        void check(StorageEngine engine, Ending ending) throws Exception;
    }

    private static final long CALLS_MAX = 100_000;

    private final Supplier<PoolOpener> newPool;
    private UnaryOperator<StorageEngine> device = engine -> engine;
    private Set<Fault> faults = EnumSet.allOf(Fault.class);
    private Optional<Step> prepare = Optional.empty();
    private Step operation = engine -> {};
    private Invariants invariants = (engine, ending) -> {};

    private CrashSweep(Supplier<PoolOpener> newPool) {
        this.newPool = Objects.requireNonNull(newPool);
    }

    /** A sweep over pools of any kind. */
    public static CrashSweep on(Supplier<PoolOpener> newPool) {
        return new CrashSweep(newPool);
    }

    /** A sweep over pools in memory, {@link MemoryPool}. */
    public static CrashSweep inMemory(int capacityClusters) {
        return on(() -> MemoryPool.opener(capacityClusters));
    }

    /** Puts a decorator right over the engine during the operation, such as {@code StaleEngine::new}. */
    public CrashSweep device(UnaryOperator<StorageEngine> decorator) {
        device = decorator;
        return this;
    }

    /** Sweeps with these faults only. */
    public CrashSweep faults(Fault first, Fault... more) {
        faults = EnumSet.of(first, more);
        return this;
    }

    /** What is there before the operation; done without faults, in every new pool. */
    public CrashSweep prepare(Step step) {
        prepare = Optional.of(step);
        return this;
    }

    /** What is swept. */
    public CrashSweep operation(Step step) {
        operation = step;
        return this;
    }

    /** What is checked after each run, on the engine without faults. */
    public CrashSweep check(Invariants check) {
        invariants = check;
        return this;
    }

    /**
     * Sweeps.
     *
     * @return how many calls the operation makes that change something
     */
    public long run(long seed) {
        long calls = 0;
        for (Fault fault : faults) {
            long met = 0;
            while (meets(fault, met + 1, seed)) {
                met++;
                if (met == CALLS_MAX) {
                    throw new AssertionError("the operation does not come to an end: " + fault + ", seed " + seed);
                }
            }
            calls = Math.max(calls, met);
        }
        return calls;
    }

    /** Runs once; says whether the operation made as many calls as to meet the fault. */
    private boolean meets(Fault fault, long call, long seed) {
        String where = fault + " at call " + call + ", seed " + seed;
        try {
            PoolOpener pool = newPool.get();
            if (prepare.isPresent()) {
                try (StorageEngine engine = pool.open()) {
                    prepare.get().run(engine);
                }
            }
            CrashingEngine crashing = new CrashingEngine(device.apply(pool.open()), seed);
            FlakyEngine flaky = fault.arm(new FlakyEngine(crashing), call);
            boolean acknowledged = succeeds(flaky, where);
            crashing.crash(seed * 31 + call);
            try (StorageEngine engine = pool.open()) {
                invariants.check(engine, new Ending(fault, call, acknowledged));
            }
            return flaky.fired();
        } catch (AssertionError failed) {
            throw new AssertionError(where + ": " + failed.getMessage(), failed);
        } catch (Exception failed) {
            throw new AssertionError(where + ": preparing or checking failed", failed);
        }
    }

    private boolean succeeds(FlakyEngine flaky, String where) {
        try {
            operation.run(flaky);
            return true;
        } catch (Exception failed) {
            if (!flaky.fired()) {
                throw new AssertionError(where + ": failed before it met the fault", failed);
            }
            return false;
        }
    }
}
