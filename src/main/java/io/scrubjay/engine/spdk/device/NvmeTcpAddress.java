// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import java.util.Map;

/**
 * A subsystem that a target offers over NVMe/TCP. For tests on machines without an NVMe device: nothing keeps a second
 * agent from it, so nobody can ask for it by configuration.
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
