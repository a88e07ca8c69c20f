// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The address of a device on the PCI bus.
 *
 * @param text {@code domain:bus:device.function} in hexadecimal, such as {@code 0000:01:00.0}
 */
public record PciAddress(String text) implements NvmeTransport {
    private static final Pattern FORM = Pattern.compile("\\p{XDigit}{4,8}:\\p{XDigit}{2}:\\p{XDigit}{2}\\.[0-7]");

    public PciAddress {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a PCI address: '" + text + "'; it looks like 0000:01:00.0");
        }
    }

    @Override
    public Map<String, String> parameters() {
        return Map.of("trtype", "PCIe", "traddr", text);
    }

    @Override
    public boolean isOnPci() {
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
