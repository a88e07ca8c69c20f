// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Recognises addresses that only this machine can reach. */
public final class Loopback {
    private Loopback() {}

    /**
     * Whether a server that listens on this host can be reached only from this machine: {@code 127.0.0.0/8},
     * {@code ::1}, and names that resolve to nothing else. False for a name that cannot be resolved. May ask a name
     * server, and wait for it.
     */
    public static boolean is(String host) {
        if (host.isBlank()) {
            return false; // The JDK treats an empty name as loopback; a server listens on all addresses.
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
