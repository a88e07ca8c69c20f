// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;

import java.util.Collection;
import java.util.List;

/**
 * Records and bytes that have lost each other, by their names alone: for an engine that has to tell a deletion from damage.
 * No deletion and nothing half-made is among them: the names of those say so. Stateless.
 */
public final class BrokenPairs {
    private BrokenPairs() {}

    /**
     * Records without bytes, and bytes and markers without their record.
     *
     * @param names of all volumes of a pool
     */
    public static List<VolumeName> among(Collection<VolumeName> names) {
        return PoolContents.of(names).leftAlone();
    }
}
