// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import java.util.Map;

/**
 * A subsystem of an NVMe/TCP target, for tests on machines without an NVMe device. It cannot be configured, because
 * nothing keeps a second agent from using it.
 */
public record NvmeTcpAddress(String address, int port, String nqn) implements NvmeTransport {
    @Override
    public Map<String, String> parameters() {
        return Map.of(
                "trtype", "TCP", "adrfam", "IPv4", "traddr", address, "trsvcid", Integer.toString(port), "subnqn", nqn);
    }

    @Override
    public boolean isOnPci() {
        return false;
    }

    @Override
    public String toString() {
        return "tcp:" + address + ":" + port + "/" + nqn;
    }
}
