// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Which addresses only this machine reaches. */
public final class Loopback {
    private Loopback() {}

    /**
     * Whether whoever listens there is reached from this machine alone: {@code 127.0.0.0/8}, {@code ::1}, and names that
     * stand for nothing else. A name that stands for nothing does not count. May ask a name server, and wait for it.
     */
    public static boolean is(String host) {
        if (host.isBlank()) {
            return false; // Which the JDK would take for loopback, and a server for everything.
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
