// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** A pool that can be opened again and again, with all that survives in it. */
@FunctionalInterface
public interface PoolOpener {
    /**
     * Opens the pool; empty at the first time.
     *
     * @throws EngineException.PoolUnusable while it is open
     */
    StorageEngine open();
}
