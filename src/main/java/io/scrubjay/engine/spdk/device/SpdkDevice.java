// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.ByteSize;

import java.nio.file.Path;

/**
 * The device that a pool is on, as an administrator configures it:
 *
 * <ul>
 *   <li>{@code aio:<file or block device>[,fallocate]}: through the kernel; with {@code fallocate}, clusters that are
 *       freed are also freed in the file or block device;
 *   <li>{@code uring:<file or block device>}: the same through io_uring;
 *   <li>{@code nvme:<PCI address>}: SPDK's own driver, for a controller with one namespace;
 *   <li>{@code malloc:<size>}: memory, for tests; it lives as long as the process.
 * </ul>
 */
public sealed interface SpdkDevice {
    /** Ends the text of a device that frees the space below for clusters that are freed above. */
    String FALLOCATE = ",fallocate";

    /** A file or block device through the kernel's asynchronous I/O. */
    record Aio(Path path, boolean fallocates) implements SpdkDevice {
        @Override
        public String toString() {
            return "aio:" + path + (fallocates ? FALLOCATE : "");
        }
    }

    /** A file or block device through io_uring. */
    record Uring(Path path) implements SpdkDevice {
        @Override
        public String toString() {
            return "uring:" + path;
        }
    }

    /** An NVMe controller with one namespace, by SPDK's own driver. */
    record Nvme(NvmeTransport transport) implements SpdkDevice {
        @Override
        public String toString() {
            return "nvme:" + transport;
        }
    }

    /** Memory. */
    record Malloc(ByteSize size) implements SpdkDevice {
        @Override
        public String toString() {
            return "malloc:" + size.bytes();
        }
    }

    /**
     * Parses what an administrator configured.
     *
     * @throws IllegalArgumentException when the text has none of the forms above
     */
    static SpdkDevice parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "" : text.substring(0, colon);
        String rest = text.substring(colon + 1);
        boolean fallocates = kind.equals("aio") && rest.endsWith(FALLOCATE);
        String place = fallocates ? rest.substring(0, rest.length() - FALLOCATE.length()) : rest;
        if (!place.isEmpty()) {
            switch (kind) {
                case "aio" -> {
                    return new Aio(Path.of(place), fallocates);
                }
                case "uring" -> {
                    return new Uring(Path.of(place));
                }
                case "nvme" -> {
                    return new Nvme(new PciAddress(place));
                }
                case "malloc" -> {
                    return new Malloc(ByteSize.parse(place));
                }
                default -> {
                    // Refused below.
                }
            }
        }
        throw new IllegalArgumentException("device cannot be '" + text + "'; it must be aio:PATH, aio:PATH,fallocate,"
                + " uring:PATH, nvme:PCI-ADDRESS or malloc:SIZE");
    }
}
