// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import java.util.Map;

/** How an NVMe controller is reached. */
public sealed interface NvmeTransport permits PciAddress, NvmeTcpAddress {
    /** Where it is, in the words of SPDK's {@code bdev_nvme_attach_controller}. */
    Map<String, String> parameters();

    /** Whether it reads and writes memory by itself, which then has to be hugepages. */
    boolean isOnPci();
}
