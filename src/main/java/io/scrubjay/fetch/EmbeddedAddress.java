// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the IPv4 address that a packet to an IPv6 address may end at, because the address has it inside. An IPv6 address
 * that only looks so is treated in the same way, to be safe. Stateless.
 */
final class EmbeddedAddress {
    private static final AddressBlock COMPATIBLE = AddressBlock.parse("::/96");
    private static final AddressBlock TRANSLATED = AddressBlock.parse("::ffff:0:0:0/96");
    private static final AddressBlock NAT64 = AddressBlock.parse("64:ff9b::/96");
    private static final AddressBlock SIX_TO_FOUR = AddressBlock.parse("2002::/16");
    private static final AddressBlock TEREDO = AddressBlock.parse("2001::/32");
    private static final int IPV4_BYTES = 4;

    private EmbeddedAddress() {}

    /**
     * The address itself, and each IPv4 address inside it. Sources: RFC 4291 section 2.5.5 (compatible; a mapped address
     * is an IPv4 address to Java), RFC 2765 section 2.1 (translated), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo: server, and client with its bits
     * inverted), RFC 5214 (ISATAP).
     */
    static List<InetAddress> all(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return List.of(address);
        }
        byte[] bytes = address.getAddress();
        if (NAT64.contains(address)
                || TRANSLATED.contains(address)
                || (COMPATIBLE.contains(address) && !isUnspecifiedOrLoopback(address))) {
            return List.of(address, at(bytes, 12));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return List.of(address, at(bytes, 2));
        }
        if (TEREDO.contains(address)) {
            return List.of(address, at(bytes, 4), at(inverted(bytes), 12));
        }
        if (isIsatap(bytes)) {
            return List.of(address, at(bytes, 12));
        }
        return List.of(address);
    }

    private static boolean isUnspecifiedOrLoopback(InetAddress address) {
        return address.isAnyLocalAddress() || address.isLoopbackAddress();
    }

    private static boolean isIsatap(byte[] bytes) {
        // The universal bit of the interface's identifier may be set.
        return (bytes[8] & ~0x02) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == (byte) 0xfe;
    }

    private static InetAddress at(byte[] bytes, int offset) {
        return InetAddressText.address(Arrays.copyOfRange(bytes, offset, offset + IPV4_BYTES));
    }

    private static byte[] inverted(byte[] bytes) {
        byte[] inverted = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            inverted[i] = (byte) ~bytes[i];
        }
        return inverted;
    }
}
