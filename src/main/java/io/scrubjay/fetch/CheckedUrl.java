// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A URL that may be fetched from, and how: only {@link UrlGuard} makes one.
 *
 * @param addresses the addresses to connect to, the preferred one first; empty with a proxy, which resolves names itself
 * @param proxy the proxy to connect to instead
 */
record CheckedUrl(SourceUrl url, List<InetAddress> addresses, Optional<SourceUrl> proxy) {
    CheckedUrl {
        Objects.requireNonNull(url);
        Objects.requireNonNull(proxy);
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty() == proxy.isEmpty()) {
            throw new IllegalArgumentException("there must be either addresses or a proxy");
        }
    }
}
