// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.lookup;

import io.scrubjay.refusal.RefusedException;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.Volumes;
import jakarta.inject.Singleton;

/** From the name in a request's path to the volume. Thread-safe. */
@Singleton
public class NamedVolumes {
    private final Volumes volumes;

    NamedVolumes(Volumes volumes) {
        this.volumes = volumes;
    }

    /**
     * The volume of this name.
     *
     * @throws RefusedException {@code invalid-name}, {@code volume-not-found}
     */
    public NamedVolume get(String name) {
        return volumes.get(ResourceNames.known(name));
    }
}
