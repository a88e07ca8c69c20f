// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import java.util.Map;

/** How to reach an NVMe controller. */
public sealed interface NvmeTransport permits PciAddress, NvmeTcpAddress {
    /** Its address, as parameters of SPDK's {@code bdev_nvme_attach_controller}. */
    Map<String, String> parameters();

    /** Whether the controller accesses memory by itself, which must then be hugepages. */
    boolean isOnPci();
}
