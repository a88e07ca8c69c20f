// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.refusal.RefusedException;

/** Counts for tests who is using a volume. */
public final class VolumeLeases {
    private VolumeLeases() {}

    /** How many leases of it have not ended. */
    public static int count(NamedVolume volume) {
        return volume.leaseCount();
    }

    /** Whether it is neither being made nor deleted: somebody may begin to use it. */
    public static boolean isUsable(NamedVolume volume) {
        try {
            volume.lease().close();
            return true;
        } catch (RefusedException refused) {
            return false;
        }
    }
}
