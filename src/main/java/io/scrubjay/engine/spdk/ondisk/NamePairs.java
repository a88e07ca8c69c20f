// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.VolumeName;

import java.util.Collection;
import java.util.List;

/**
 * Knows which volumes of a pool belong together; implemented by the code that names them. After a crash, the engine
 * asks before it treats a volume as deleted. Must be thread-safe.
 */
@FunctionalInterface
public interface NamePairs {
    /** No volume needs another. */
    NamePairs NONE = names -> List.of();

    /**
     * The volumes whose counterpart is missing, although no name says that the counterpart was being made or deleted.
     *
     * @param names the names of all volumes
     */
    List<VolumeName> left(Collection<VolumeName> names);
}
