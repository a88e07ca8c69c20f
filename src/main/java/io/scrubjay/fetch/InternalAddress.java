// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that are not public servers: from them, an agent fetches only what its administrator allows. Source: the
 * IANA special-purpose address registries (RFC 6890) and the documentation of clouds. Stateless.
 */
final class InternalAddress {
    private static final Map<AddressBlock, String> KINDS = kinds();
    private static final Map<AddressBlock, String> METADATA = metadata();

    private InternalAddress() {}

    /** What kind of internal address it is, for people, if it is one. */
    static Optional<String> kind(InetAddress address) {
        return find(METADATA, address).or(() -> find(KINDS, address));
    }

    /** Whether a cloud answers there with the credentials of this very machine. */
    static boolean isMetadata(InetAddress address) {
        return find(METADATA, address).isPresent();
    }

    private static Optional<String> find(Map<AddressBlock, String> blocks, InetAddress address) {
        return blocks.entrySet().stream()
                .filter(block -> block.getKey().contains(address))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Map<AddressBlock, String> metadata() {
        Map<AddressBlock, String> blocks = new LinkedHashMap<>();
        String metadata = "a cloud's metadata service";
        put(blocks, metadata, "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "100.100.100.200/32");
        put(blocks, metadata, "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd00:ec2::23/128");
        put(blocks, metadata, "fd20:ce::254/128");
        return Map.copyOf(blocks);
    }

    private static Map<AddressBlock, String> kinds() {
        Map<AddressBlock, String> blocks = new LinkedHashMap<>();
        put(blocks, "unspecified", "0.0.0.0/8", "::/128");
        put(blocks, "loopback", "127.0.0.0/8", "::1/128");
        put(blocks, "link-local", "169.254.0.0/16", "fe80::/10");
        put(blocks, "multicast", "224.0.0.0/4", "ff00::/8");
        put(blocks, "unique-local", "fc00::/7");
        put(blocks, "site-local", "fec0::/10");
        put(blocks, "private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");
        put(blocks, "shared by a provider's customers", "100.64.0.0/10");
        put(blocks, "reserved", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24");
        put(blocks, "reserved", "240.0.0.0/4", "100::/64", "2001:db8::/32", "3fff::/20", "5f00::/16");
        put(blocks, "translated to this site's IPv4 addresses", "64:ff9b:1::/48");
        return Map.copyOf(blocks);
    }

    private static void put(Map<AddressBlock, String> blocks, String kind, String... texts) {
        for (String text : texts) {
            blocks.put(AddressBlock.parse(text), kind);
        }
    }
}
