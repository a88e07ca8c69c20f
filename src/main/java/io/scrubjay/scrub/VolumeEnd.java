// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;

/**
 * Checks the last bytes of an open volume, to tell a volume that somebody has truncated from one with unreadable
 * sectors. Thread-safe; blocks for the device and is for workers.
 */
final class VolumeEnd {
    private final Volume volume;

    VolumeEnd(Volume volume) {
        this.volume = volume;
    }

    /**
     * Whether the end is missing. An end that exists but cannot be read is not missing.
     *
     * @throws EngineException.DeviceStalled when the device does not answer
     */
    boolean isCutOff() {
        int lengthBytes = AlignedBuffer.ALIGNMENT_BYTES;
        try {
            Stages.await(volume.read(volume.sizeBytes() - lengthBytes, AlignedBuffer.allocate(lengthBytes)));
            return false;
        } catch (EngineException.VolumeUnreadable cut) {
            return true;
        } catch (EngineException.DeviceStalled unknown) {
            throw unknown;
        } catch (EngineException badPlace) {
            return false;
        }
    }
}
