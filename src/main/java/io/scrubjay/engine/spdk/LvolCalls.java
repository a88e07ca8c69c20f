// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Lifespan;
import io.scrubjay.engine.NameLocks;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Orders the calls on the volumes of a pool: calls that change a volume lock its name, calls that only read do not
 * wait, and the last call waits for all others. Turns SPDK's refusals into {@link EngineException}s.
 *
 * <p>Thread-safe.
 */
final class LvolCalls {
    private final OpenPool pool;
    private final LvolCatalog catalog;
    private final NameLocks names = new NameLocks();
    private final Lifespan lifespan = new Lifespan();

    LvolCalls(OpenPool pool, LvolCatalog catalog) {
        this.pool = pool;
        this.catalog = catalog;
    }

    /** Makes the last call, once no other call is under way. */
    void end(Runnable last) {
        lifespan.end(last);
    }

    /** Makes a call that changes nothing, or only something that no other call changes. */
    <T> T during(Supplier<T> call) {
        try {
            return lifespan.during(call);
        } catch (RpcFailed refused) {
            throw refused.asEngineException();
        }
    }

    /** Makes a call that changes nothing, while nobody changes this volume: waits for the end of a change in progress. */
    <T> T using(VolumeName name, Supplier<T> call) {
        return during(() -> names.usingAndChanging(Set.of(name), Set.of(), call));
    }

    private <T> T changing(Supplier<T> change) {
        return during(() -> {
            pool.accounts().requireBalanced();
            return change.get();
        });
    }

    /** Makes a change to a volume. */
    <T> T changing(VolumeName name, Supplier<T> change) {
        return changing(() -> names.changing(name, change));
    }

    /** Makes a change to two volumes. */
    <T> T changing(VolumeName one, VolumeName other, Supplier<T> change) {
        return changing(() -> names.changing(one, other, change));
    }

    /** Makes a change to one volume, while another one must not change. */
    <T> T usingAndChanging(VolumeName used, VolumeName changed, Supplier<T> change) {
        return changing(() -> names.usingAndChanging(used, changed, change));
    }

    /**
     * Makes a change to a volume and others that its relatives matter to: meanwhile nobody changes its ancestors or its
     * only child.
     */
    <T> T holdingFamily(VolumeName name, Set<VolumeName> others, Supplier<T> change) {
        return changing(() -> {
            Optional<T> changed = Optional.empty();
            while (changed.isEmpty()) {
                LvolCatalog.Relatives relatives = catalog.relatives(name);
                Set<VolumeName> changing = new TreeSet<>(others);
                changing.add(name);
                relatives.onlyChild().ifPresent(changing::add);
                changed = names.usingAndChanging(
                        relatives.ancestors(),
                        changing,
                        // The relatives may have changed before they were locked.
                        () -> catalog.relatives(name).equals(relatives) ? Optional.of(change.get()) : Optional.empty());
            }
            return changed.get();
        });
    }

    /** The same, and fails when the device has failed meanwhile. */
    <T> T changingFamily(VolumeName name, Set<VolumeName> others, Supplier<T> change) {
        return holdingFamily(name, others, () -> pool.failures().watching(change));
    }
}
