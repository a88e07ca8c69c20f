// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.netty.util.NetUtil;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses as text, and back, without asking a name server. Stateless. */
final class InetAddressText {
    private InetAddressText() {}

    /** {@code 192.0.2.1}, {@code 2001:db8::1}: without brackets, name and zone. */
    static String of(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    /**
     * The address with these bytes, in network order.
     *
     * @throws IllegalArgumentException unless there are 4 or 16
     */
    static String of(byte[] bytes) {
        return of(address(bytes));
    }

    /** The address with these 4 or 16 bytes. Of an IPv4 address that is mapped into IPv6, the IPv4 address. */
    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length, wrongLength);
        }
    }
}
