// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Lifespan;
import io.scrubjay.engine.NameLocks;
import io.scrubjay.engine.VolumeName;

import java.util.function.Supplier;

/**
 * Orders the calls on a pool: calls that change a volume lock its name, calls that only look do not wait, and the last
 * call waits for all others. Before each call, the results of failed changes are looked up.
 *
 * <p>Thread-safe.
 */
final class FileCalls {
    private static final System.Logger LOG = System.getLogger(FileCalls.class.getName());

    private final PoolDirectory pool;
    private final Catalog catalog;
    private final NameLocks names = new NameLocks();
    private final Lifespan lifespan = new Lifespan();

    FileCalls(PoolDirectory pool, Catalog catalog) {
        this.pool = pool;
        this.catalog = catalog;
    }

    /** Makes the last call, after waiting for all others to end. From then on, every call fails. */
    void end(Runnable last) {
        lifespan.end(last);
    }

    /** Makes a call for which the pool must be where it was opened. */
    <T> T looking(Supplier<T> call) {
        return lifespan.during(() -> {
            pool.requireThere();
            lookAgain();
            return call.get();
        });
    }

    /** Makes a change of the pool that affects no volume. */
    <T> T changingPool(Supplier<T> change) {
        return lifespan.during(() -> pool.changing(change));
    }

    /** Makes a change to a volume. */
    <T> T changing(VolumeName name, Supplier<T> change) {
        return lifespan.during(() -> names.changing(name, () -> pool.changing(lookingAgain(change))));
    }

    /** Makes a change to two volumes. */
    <T> T changing(VolumeName one, VolumeName other, Supplier<T> change) {
        return lifespan.during(() -> names.changing(one, other, () -> pool.changing(lookingAgain(change))));
    }

    /** Makes a change to one volume, while another stays unchanged. */
    <T> T usingAndChanging(VolumeName used, VolumeName changed, Supplier<T> change) {
        return lifespan.during(() -> names.usingAndChanging(used, changed, () -> pool.changing(lookingAgain(change))));
    }

    /** Makes a call that only reports the state of the pool. */
    <T> T telling(Supplier<T> call) {
        return lifespan.during(() -> pool.telling(lookingAgain(call)));
    }

    private <T> Supplier<T> lookingAgain(Supplier<T> call) {
        return () -> {
            lookAgain();
            return call.get();
        };
    }

    /** Finds out the results of failed changes, as far as this is possible now. */
    private void lookAgain() {
        for (LastingChange change : catalog.unclear()) {
            try {
                change.lookAgain(catalog);
            } catch (EngineException still) {
                LOG.log(System.Logger.Level.DEBUG, "the result of a change is still unknown", still);
            }
        }
    }
}
