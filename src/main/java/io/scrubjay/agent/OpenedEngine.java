// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.SpdkEngine;

import java.util.Optional;

/**
 * The engine as it was opened, without its decorators.
 *
 * @param engine the engine, to be decorated
 * @param spdk the same engine, if it is the SPDK engine
 */
record OpenedEngine(StorageEngine engine, Optional<SpdkEngine> spdk) {
    static OpenedEngine of(StorageEngine engine) {
        return new OpenedEngine(engine, Optional.empty());
    }

    static OpenedEngine of(SpdkEngine engine) {
        return new OpenedEngine(engine, Optional.of(engine));
    }
}
