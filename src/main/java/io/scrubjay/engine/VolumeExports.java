// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Optional;

/**
 * Volumes that others read and write over the network, past this agent. A capability not every engine has.
 *
 * <p>Thread-safe; calls block and are for workers. Exports live as long as the engine is open: after a restart there is
 * none, until somebody asks again.
 */
public interface VolumeExports {
    /**
     * Exports a volume for reading and writing, or a snapshot for reading. While it is exported it counts as open:
     * nobody else may open it for writing, and it cannot be deleted. Asked again, the answer is the same.
     *
     * @throws EngineException.VolumeNotFound when there is none of this name
     * @throws EngineException.VolumeInUse when a handle that writes is open
     * @throws EngineException.DeviceStalled when free clusters are still being cleared after a crash, and were not done
     *     within ten seconds: clients allocate clusters in part, so all free ones have to be clear before
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
