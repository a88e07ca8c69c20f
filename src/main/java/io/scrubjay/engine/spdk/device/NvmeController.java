// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.process.JsonRpc;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.Optional;

/** Attaches NVMe controllers to SPDK's driver, and detaches them. Thread-safe; every call blocks. */
final class NvmeController {
    private NvmeController() {}

    /**
     * Attaches a controller, which must have exactly one namespace, with a block size that a pool can use. SPDK locks a
     * controller on the PCI bus against all other SPDK processes.
     *
     * @param name the name that SPDK gives to the controller
     * @return the name of the namespace's block device
     * @throws EngineException.PoolUnusable when the controller cannot be attached, or is not suitable; it is not
     *     attached then
     */
    static String attach(JsonRpc rpc, String name, SpdkDevice.Nvme device) {
        JsonNode namespaces = taken(rpc, name, device);
        try {
            if (namespaces.size() != 1) {
                throw refuse(
                        device + " has " + (namespaces.isEmpty() ? "no namespace" : namespaces.size() + " namespaces"),
                        "a pool takes a controller of its own with exactly one");
            }
            String namespace = namespaces.get(0).asText();
            requireBlocks(rpc, device, namespace);
            return namespace;
        } catch (RuntimeException failed) {
            detach(rpc, name);
            throw failed;
        }
    }

    private static JsonNode taken(JsonRpc rpc, String name, SpdkDevice.Nvme device) {
        ObjectNode call = JsonRpc.parameters().put("name", name).put("multipath", "disable");
        device.transport().parameters().forEach(call::put);
        try {
            return rpc.call("bdev_nvme_attach_controller", call);
        } catch (RpcFailed refused) {
            throw new EngineException.PoolUnusable(
                    device + " cannot be opened: " + refused.getMessage(),
                    "bind it to vfio-pci or uio_pci_generic, and stop other processes that use it; SPDK's log lines"
                            + " above say more",
                    Optional.of(refused));
        }
    }

    private static void requireBlocks(JsonRpc rpc, SpdkDevice.Nvme device, String namespace) {
        JsonNode bdev = rpc.call("bdev_get_bdevs", JsonRpc.parameters().put("name", namespace))
                .path(0);
        int block = bdev.path("block_size").asInt();
        if (block == 0 || AlignedBuffer.ALIGNMENT_BYTES % block != 0) {
            throw refuse(
                    device + " has blocks of " + block + " bytes",
                    "a pool needs blocks of 512 or 4096: format the namespace (nvme format), which loses what it"
                            + " holds");
        }
        if (bdev.path("md_size").asInt() != 0) {
            throw refuse(
                    device + " keeps metadata beside each block",
                    "a pool needs a format without: format the namespace (nvme format), which loses what it holds");
        }
    }

    /** Detaches a controller. This unloads a store on it without changing the store. */
    static void detach(JsonRpc rpc, String name) {
        rpc.call("bdev_nvme_detach_controller", JsonRpc.parameters().put("name", name));
    }

    private static EngineException.PoolUnusable refuse(String reason, String remedy) {
        return new EngineException.PoolUnusable(reason, remedy, Optional.empty());
    }
}
