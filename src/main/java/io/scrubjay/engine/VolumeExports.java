// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Optional;

/**
 * Lets hosts read and write volumes over the network, without going through this agent. Not every engine can do this.
 *
 * <p>Thread-safe; calls block and are for workers. Exports last while the engine is open: after a restart there are
 * none, until somebody requests them again.
 */
public interface VolumeExports {
    /**
     * Exports a volume for reading and writing, or a snapshot for reading. While it is exported it counts as open:
     * nobody else may open it for writing, and it cannot be deleted. Exporting it again returns the same export.
     *
     * @throws EngineException.VolumeNotFound when there is none of this name
     * @throws EngineException.VolumeInUse when a handle that writes is open
     * @throws EngineException.DeviceStalled when free clusters are still being cleared after a crash, and this did not
     *     finish within ten seconds: clients may write only part of a new cluster, so all free clusters must be clear
     *     beforehand
     */
    Export export(VolumeName volume);

    /** The export of a volume, or empty when it is not exported. Does not block. */
    Optional<Export> find(VolumeName volume);

    /**
     * Ends an export; clients lose their connection. Harmless when there is none.
     *
     * @throws EngineException.VolumeNotFound when there is none of this name
     */
    void end(VolumeName volume);
}
