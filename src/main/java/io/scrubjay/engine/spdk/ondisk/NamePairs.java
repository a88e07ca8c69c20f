// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.VolumeName;

import java.util.Collection;
import java.util.List;

/**
 * Which volumes of a pool belong together, as whoever names them knows. The engine asks after a crash, before it takes a
 * volume for deleted. Must be thread-safe.
 */
@FunctionalInterface
public interface NamePairs {
    /** No volume needs another. */
    NamePairs NONE = names -> List.of();

    /**
     * Those that are there without what belongs to them, although no name says that it was being made or deleted.
     *
     * @param names of all volumes there are
     */
    List<VolumeName> left(Collection<VolumeName> names);
}
