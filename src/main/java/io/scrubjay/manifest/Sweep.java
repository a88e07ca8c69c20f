// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;

import java.util.List;
import java.util.Map;

/**
 * The result of removing a pool's leftovers.
 *
 * @param removed the leftovers that were deleted
 * @param refused the leftovers that could not be deleted, and why
 */
public record Sweep(List<VolumeName> removed, Map<VolumeName, EngineException> refused) {
    public Sweep {
        removed = List.copyOf(removed);
        refused = Map.copyOf(refused);
    }
}
