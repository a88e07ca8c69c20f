// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.fetch.SourceUrl.Scheme;
import io.scrubjay.refusal.RefusedException;

import java.util.List;
import java.util.Optional;

/**
 * Which URLs are fetched through a proxy. Immutable.
 *
 * @param proxy the URL of the HTTP proxy, if there is one
 * @param direct servers that are fetched from without it
 */
record ProxyRoute(Optional<SourceUrl> proxy, ServerList direct) {
    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException when one of them is wrong; the message says which
     */
    static ProxyRoute of(Optional<String> proxy, Optional<List<String>> noProxy) {
        return new ProxyRoute(proxy.map(ProxyRoute::parse), ServerList.parse(noProxy));
    }

    private static SourceUrl parse(String text) {
        SourceUrl url;
        try {
            url = SourceUrl.parse(text);
        } catch (RefusedException wrong) {
            throw new IllegalArgumentException(
                    "scrubjay.url.proxy must look like http://proxy.example.org:3128, without user name and password",
                    wrong);
        }
        if (url.scheme() != Scheme.HTTP || !url.target().equals("/")) {
            throw new IllegalArgumentException(
                    "scrubjay.url.proxy must look like http://proxy.example.org:3128; the agent talks to a proxy by"
                            + " http only, and https connections pass through it");
        }
        return url;
    }

    /** The proxy for a URL, or empty when the agent connects to its server itself. */
    Optional<SourceUrl> of(SourceUrl url) {
        boolean isDirect =
                direct.hasName(url.host()) || url.address().filter(direct::has).isPresent();
        return isDirect ? Optional.empty() : proxy;
    }
}
