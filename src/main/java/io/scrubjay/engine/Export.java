// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Objects;

/**
 * Where hosts reach a volume over NVMe/TCP.
 *
 * @param volume the volume or snapshot
 * @param nqn the subsystem's qualified name
 * @param address the address that it listens on
 * @param port the TCP port
 * @param namespaceId the namespace that is the volume
 * @param access {@code WRITE}, or {@code READ} for a snapshot
 */
public record Export(VolumeName volume, String nqn, String address, int port, int namespaceId, Access access) {
    public Export {
        Objects.requireNonNull(volume);
        Objects.requireNonNull(nqn);
        Objects.requireNonNull(address);
        Objects.requireNonNull(access);
        if (port < 1 || port > 65_535 || namespaceId < 1) {
            throw new IllegalArgumentException("invalid port or namespace: " + port + ", " + namespaceId);
        }
    }
}
