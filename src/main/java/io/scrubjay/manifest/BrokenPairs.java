// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;

import java.util.Collection;
import java.util.List;

/**
 * Finds records without bytes and bytes without their record, by the names of volumes alone: for an engine that has to
 * tell a deletion from damage. Something half-deleted or half-made is never among them, since its names say that it is.
 * Stateless.
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
