// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides from which servers the agent fetches, so that a client cannot have it read internal servers for it
 * (server-side request forgery). Each URL is checked again before each connection, also after a redirect; the
 * connection then goes to an address that was checked, so that it does not matter what a name resolves to next.
 *
 * <p>In this order: what {@code deny} lists is refused; what {@code allow} lists is allowed, but a cloud's metadata
 * service only if it has exactly that address or name; then internal addresses are refused; everything else is allowed
 * unless {@code deny} has {@code *}. Of an address with another one inside, both are checked.
 *
 * <p>Thread-safe. Asks the name server, and so may block.
 */
final class UrlGuard {
    /** Names of the services that tell a cloud's machine its credentials. */
    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata",
            "metadata.google.internal",
            "metadata.goog",
            "instance-data",
            "instance-data.ec2.internal",
            "metadata.tencentyun.com",
            "metadata.platformequinix.com");

    /** RFC 6761 section 6.3: the machine that is asked, whoever asks. */
    private static final String LOCALHOST = "localhost";

    /** A name server may send thousands, and the agent tries one after the other. */
    private static final int ADDRESSES_MAX = 16;

    private static final String NOT_LISTED = "it is not listed in scrubjay.url.allow";

    private final ServerList allow;
    private final ServerList deny;
    private final ProxyRoute proxies;
    private final NameResolver resolver;

    UrlGuard(ServerList allow, ServerList deny, ProxyRoute proxies, NameResolver resolver) {
        if (allow.hasOthers()) {
            throw new IllegalArgumentException(
                    "scrubjay.url.allow must not have '*'; list networks, such as 10.0.0.0/8");
        }
        this.allow = allow;
        this.deny = deny;
        this.proxies = proxies;
        this.resolver = resolver;
    }

    /**
     * Checks a URL.
     *
     * @throws RefusedException {@code url-not-allowed} when the agent must not connect to it
     * @throws UnknownHostException when its name cannot be resolved now
     */
    CheckedUrl check(SourceUrl url) throws UnknownHostException {
        requireName(url);
        Optional<SourceUrl> proxy = proxies.of(url);
        return new CheckedUrl(url, proxy.isPresent() ? throughProxy(url) : addresses(url), proxy);
    }

    /** Checks what can be checked here; the proxy has to refuse names that lead to internal addresses. */
    private List<InetAddress> throughProxy(SourceUrl url) {
        Optional<InetAddress> written = url.address();
        Optional<String> objection = written.isPresent() ? objection(url, written.get()) : objectionToName(url.host());
        if (objection.isPresent()) {
            throw refused(url, objection.get());
        }
        return List.of();
    }

    private Optional<String> objectionToName(String host) {
        if (allow.hasName(host)) {
            return Optional.empty();
        }
        if (host.equals(LOCALHOST) || host.endsWith("." + LOCALHOST)) {
            return Optional.of("its host is the proxy itself");
        }
        return deny.hasOthers() ? Optional.of(NOT_LISTED) : Optional.empty();
    }

    private void requireName(SourceUrl url) {
        if (deny.hasName(url.host())) {
            throw refused(url, "its host is listed in scrubjay.url.deny");
        }
        if (METADATA_NAMES.contains(url.host()) && !allow.hasExactly(url.host())) {
            throw refused(url, "its host is a cloud's metadata service");
        }
    }

    /**
     * The addresses of the URL that are allowed, the first few of them. Others are left out: the server may be reached by
     * two networks.
     */
    private List<InetAddress> addresses(SourceUrl url) throws UnknownHostException {
        Optional<InetAddress> written = url.address();
        List<InetAddress> all = written.isPresent() ? List.of(written.get()) : resolver.resolve(url.host());
        List<InetAddress> allowed = new ArrayList<>();
        Optional<String> objection = Optional.empty();
        for (InetAddress address : all) {
            Optional<String> why = objection(url, address);
            if (why.isEmpty()) {
                allowed.add(address);
            } else {
                objection = why;
            }
        }
        if (allowed.isEmpty()) {
            throw refused(url, objection.orElseThrow(() -> new UnknownHostException("it has no address")));
        }
        return allowed.subList(0, Math.min(allowed.size(), ADDRESSES_MAX));
    }

    /** Why the agent must not connect to this address of the URL, for people. */
    private Optional<String> objection(SourceUrl url, InetAddress address) {
        for (InetAddress face : EmbeddedAddress.all(address)) {
            Optional<String> why = objectionToOne(url, face);
            if (why.isPresent()) {
                return why;
            }
        }
        return Optional.empty();
    }

    private Optional<String> objectionToOne(SourceUrl url, InetAddress address) {
        if (deny.has(address)) {
            return Optional.of("its address is listed in scrubjay.url.deny");
        }
        if (InternalAddress.isMetadata(address)) {
            return allow.hasExactly(address) ? Optional.empty() : Optional.of(internal(address));
        }
        if (allow.hasName(url.host()) || allow.has(address)) {
            return Optional.empty();
        }
        if (InternalAddress.kind(address).isPresent()) {
            return Optional.of(internal(address));
        }
        return deny.hasOthers() ? Optional.of(NOT_LISTED) : Optional.empty();
    }

    /** Without the address itself: a client need not learn the addresses behind the site's names. */
    private static String internal(InetAddress address) {
        return "its address is internal (" + InternalAddress.kind(address).orElseThrow() + ")";
    }

    private static RefusedException refused(SourceUrl url, String why) {
        return new RefusedException(
                Refusal.URL_NOT_ALLOWED,
                "the agent does not fetch from " + url + ": " + why
                        + "; use another URL, or ask an administrator to change scrubjay.url.allow and"
                        + " scrubjay.url.deny");
    }
}
