// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks for the addresses of a name. Thread-safe; may block. */
@FunctionalInterface
interface NameResolver {
    /**
     * The system's resolver: the file of hosts first, then name servers.
     */
    NameResolver SYSTEM = name -> List.of(InetAddress.getAllByName(name));

    /**
     * The addresses of a name, at least one, the preferred one first.
     *
     * @throws UnknownHostException when it has none, or none can be found out now
     */
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
