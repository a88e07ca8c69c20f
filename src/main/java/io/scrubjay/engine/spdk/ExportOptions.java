// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where and to whom volumes may be exported.
 *
 * @param address an IPv4 or IPv6 address of this node
 * @param port the TCP port
 * @param hosts the NQNs of the hosts that may connect; no other host may
 * @param hostKey a file with the DH-HMAC-CHAP key that each host must know
 * @param controllerKey a file with the key by which hosts recognise the agent; only together with {@code hostKey}
 * @param keyless whether hosts on other machines may connect without a key
 */
public record ExportOptions(
        String address,
        int port,
        List<String> hosts,
        Optional<Path> hostKey,
        Optional<Path> controllerKey,
        Keyless keyless) {
    /** Whether hosts on other machines may connect when no key is required. */
    public enum Keyless {
        /** No: the agent does not open a pool that could be exported to them. */
        REFUSED,
        /** Yes: they are admitted by name, and every start logs a warning. */
        ADMITTED
    }

    /** The port NVMe/TCP is registered for. */
    public static final int PORT_DEFAULT = 4420;

    /** Options with which hosts on other machines need a key. */
    public ExportOptions(
            String address, int port, List<String> hosts, Optional<Path> hostKey, Optional<Path> controllerKey) {
        this(address, port, hosts, hostKey, controllerKey, Keyless.REFUSED);
    }

    public ExportOptions {
        Objects.requireNonNull(address);
        hosts = List.copyOf(hosts);
        Objects.requireNonNull(hostKey);
        Objects.requireNonNull(controllerKey);
        Objects.requireNonNull(keyless);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException(
                    "export.hosts is empty, so no host may connect: list the NQNs of the allowed hosts");
        }
        if (controllerKey.isPresent() && hostKey.isEmpty()) {
            throw new IllegalArgumentException("export.controller-key-file needs export.host-key-file too");
        }
    }
}
