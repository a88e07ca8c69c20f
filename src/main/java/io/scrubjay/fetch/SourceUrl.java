// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.netty.util.NetUtil;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The URL of a file, by HTTP or HTTPS, without user name, password and fragment. Immutable. As a text it has no query
 * either, which may be a signature.
 *
 * @param host a name in lower case, or an address, in IPv6 without brackets
 * @param target path and query, as they are sent
 */
public record SourceUrl(Scheme scheme, String host, int port, String target) {
    /** How to talk to its server. */
    public enum Scheme {
        HTTP("http", 80),
        HTTPS("https", 443);

        private final String wireName;
        private final int usualPort;

        Scheme(String wireName, int usualPort) {
            this.wireName = wireName;
            this.usualPort = usualPort;
        }

        private static Scheme of(URI url) {
            for (Scheme scheme : values()) {
                if (scheme.wireName.equalsIgnoreCase(url.getScheme())) {
                    return scheme;
                }
            }
            throw new IllegalArgumentException("it must begin with https:// or http://");
        }
    }

    /** The beginning of a number that is decimal for some systems, and octal for others: 012.0.0.1 would be 10.0.0.1. */
    private static final Pattern OCTAL = Pattern.compile("(.*\\.)?0[0-9].*");

    private static final int PORT_MAX = 65_535;
    private static final int LENGTH_MAX = 8192;

    public SourceUrl {
        Objects.requireNonNull(scheme);
        Objects.requireNonNull(host);
        Objects.requireNonNull(target);
    }

    /**
     * Reads the URL that a client sent.
     *
     * @throws RefusedException {@code invalid-request}; the text does not repeat the URL, which may have secrets
     */
    public static SourceUrl parse(String text) {
        try {
            return of(text);
        } catch (IllegalArgumentException wrong) {
            throw new RefusedException(Refusal.INVALID_REQUEST, "'source.url': " + wrong.getMessage(), wrong);
        }
    }

    /**
     * The URL that an answer of this one redirects to, RFC 9110 section 10.2.2.
     *
     * @param location absolute, or relative to this one
     * @throws RefusedException {@code url-not-allowed}, {@code source-unavailable} when it cannot be read
     */
    SourceUrl redirectedTo(String location) {
        SourceUrl next;
        try {
            next = of(resolved(location));
        } catch (IllegalArgumentException wrong) {
            throw new RefusedException(
                    Refusal.SOURCE_UNAVAILABLE,
                    this + " redirects to a URL that the agent cannot use: " + wrong.getMessage(),
                    wrong);
        }
        if (scheme == Scheme.HTTPS && next.scheme == Scheme.HTTP) {
            throw new RefusedException(
                    Refusal.URL_NOT_ALLOWED,
                    this + " redirects from https to http, to " + next + ", where anybody on the way could change the"
                            + " file; use a source that stays on https");
        }
        return next;
    }

    private String resolved(String location) {
        String base = scheme.wireName + "://" + authority();
        if (location.startsWith("?")) {
            return base + path() + location;
        }
        try {
            return new URI(base + target).resolve(new URI(location)).toString();
        } catch (URISyntaxException nonsense) {
            throw new IllegalArgumentException("it is not a valid URL", nonsense);
        }
    }

    private static SourceUrl of(String text) {
        URI url = uri(text);
        Scheme scheme = Scheme.of(url);
        if (url.getRawUserInfo() != null || hasUser(url.getRawAuthority())) {
            throw new IllegalArgumentException("it has a user name or password; leave them out, and send an"
                    + " 'Authorization' header in 'source.headers'");
        }
        if (url.getHost() == null) {
            throw new IllegalArgumentException("it has no host, or one that is not a valid name; write an international"
                    + " name in its form with xn--");
        }
        int port = url.getPort() < 0 ? scheme.usualPort : url.getPort();
        if (port == 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("its port must be from 1 to 65535");
        }
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        return new SourceUrl(scheme, host(url.getHost()), port, target);
    }

    private static URI uri(String text) {
        if (text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("it is longer than " + LENGTH_MAX + " characters");
        }
        try {
            return new URI(new URI(text).toASCIIString());
        } catch (URISyntaxException nonsense) {
            // Not its message, which repeats the URL.
            throw new IllegalArgumentException(
                    "it is not a valid URL; escape spaces and other special characters as %20 and so on");
        }
    }

    private static boolean hasUser(String authority) {
        return authority != null && authority.contains("@");
    }

    private static String host(String text) {
        if (text.startsWith("[")) {
            String address = text.substring(1, text.length() - 1);
            byte[] bytes = address.contains("%") ? null : NetUtil.createByteArrayFromIpAddressString(address);
            if (bytes == null) {
                throw new IllegalArgumentException("its host is not a valid IPv6 address");
            }
            return InetAddressText.of(bytes);
        }
        return NetUtil.isValidIpV4Address(text) && !OCTAL.matcher(text).matches() ? text : HostName.parse(text);
    }

    /** Its host, if that is an address. */
    Optional<InetAddress> address() {
        return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(host))
                .map(InetAddressText::address);
    }

    /** Whether both are on the same server: only there a header of the client may go. RFC 6454. */
    boolean hasOriginOf(SourceUrl other) {
        return scheme == other.scheme && host.equals(other.host) && port == other.port;
    }

    /** Host and port, as in the header field {@code Host}. */
    String authority() {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return port == scheme.usualPort ? shown : shown + ":" + port;
    }

    private String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** For people, without the query. */
    @Override
    public String toString() {
        return scheme.wireName + "://" + authority() + path();
    }
}
