// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.netty.util.NetUtil;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A network of IPv4 or IPv6 addresses, in the notation of RFC 4632: {@code 10.0.0.0/8}. Immutable.
 *
 * @param first the bits of its first address, in hexadecimal digits
 * @param prefixBits how many of these bits all its addresses share
 */
record AddressBlock(String first, int prefixBits) {
    private static final HexFormat HEX = HexFormat.of();

    /**
     * Reads a network, or an address, which is a network of one.
     *
     * @throws IllegalArgumentException when it is neither; the message says what is wrong, for an administrator
     */
    static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
        int bits = slash < 0 ? address.length * Byte.SIZE : prefix(text, text.substring(slash + 1), address.length);
        AddressBlock block = new AddressBlock(HEX.formatHex(masked(address, bits)), bits);
        if (!block.first.equals(HEX.formatHex(address))) {
            throw new IllegalArgumentException("'" + text + "' has bits behind its prefix; write "
                    + InetAddressText.of(masked(address, bits)) + "/" + bits);
        }
        return block;
    }

    /** Whether a text is meant as an address or a network, and not as a name. */
    static boolean looksLikeOne(String text) {
        return text.contains(":")
                || text.contains("/")
                || text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    /** Whether it has this address. An IPv4 network has no IPv6 address. */
    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length * 2 == first.length()
                && HEX.formatHex(masked(bytes, prefixBits)).equals(first);
    }

    /** Whether it is one address. */
    boolean isOneAddress() {
        return prefixBits == first.length() * 4;
    }

    private static byte[] bytes(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 or IPv6 address");
        }
        try {
            // An IPv4 address in an IPv6 one is compared as what it is.
            return InetAddress.getByAddress(bytes).getAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 or IPv6 address", impossible);
        }
    }

    private static int prefix(String text, String digits, int addressBytes) {
        int most = addressBytes * Byte.SIZE;
        try {
            int bits = Integer.parseInt(digits);
            if (bits >= 0 && bits <= most) {
                return bits;
            }
        } catch (NumberFormatException nonsense) {
            throw new IllegalArgumentException("'" + text + "' needs a number behind '/', 0 to " + most, nonsense);
        }
        throw new IllegalArgumentException("'" + text + "' needs a number behind '/', 0 to " + most);
    }

    private static byte[] masked(byte[] address, int bits) {
        byte[] masked = Arrays.copyOf(address, address.length);
        for (int bit = bits; bit < masked.length * Byte.SIZE; bit++) {
            masked[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        return masked;
    }
}
