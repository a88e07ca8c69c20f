// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Servers that an administrator lists: networks, addresses, names, {@code .example.org} for all names below that one, and
 * {@code *} for all that another list does not have. Immutable.
 */
record ServerList(List<AddressBlock> blocks, Set<String> names, List<String> suffixes, Others others) {
    /** What the list says of servers that it does not name. */
    enum Others {
        INCLUDED,
        NOT_INCLUDED
    }

    private static final String EVERYTHING_ELSE = "*";

    ServerList {
        blocks = List.copyOf(blocks);
        names = Set.copyOf(names);
        suffixes = List.copyOf(suffixes);
    }

    /**
     * Reads the entries of a setting.
     *
     * @throws IllegalArgumentException when one is neither a network nor a name; the message says which
     */
    static ServerList parse(Optional<List<String>> entries) {
        List<AddressBlock> blocks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<String> suffixes = new ArrayList<>();
        Others others = Others.NOT_INCLUDED;
        for (String entry : entries.orElse(List.of())) {
            String text = entry.strip().toLowerCase(Locale.ROOT);
            if (text.equals(EVERYTHING_ELSE)) {
                others = Others.INCLUDED;
            } else if (AddressBlock.looksLikeOne(text)) {
                blocks.add(AddressBlock.parse(text));
            } else if (text.startsWith(".")) {
                suffixes.add("." + name(entry, text.substring(1)));
            } else {
                names.add(name(entry, text));
            }
        }
        return new ServerList(blocks, names, suffixes, others);
    }

    private static String name(String entry, String text) {
        try {
            return HostName.parse(text);
        } catch (IllegalArgumentException nonsense) {
            throw new IllegalArgumentException(
                    "'" + entry + "' is neither a network, such as 10.0.0.0/8, nor an address, nor a name", nonsense);
        }
    }

    /** Whether it has an entry for this host, as it stands in a URL: a name, or an address. */
    boolean hasName(String host) {
        return names.contains(host) || suffixes.stream().anyMatch(host::endsWith);
    }

    /** Whether it has an entry for this host and no other. */
    boolean hasExactly(String host) {
        return names.contains(host);
    }

    /** Whether one of its networks has this address. */
    boolean has(InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    /** Whether it has an entry for this address and no other. */
    boolean hasExactly(InetAddress address) {
        return blocks.stream().anyMatch(block -> block.isOneAddress() && block.contains(address));
    }

    /** Whether it includes what no list has an entry for. */
    boolean hasOthers() {
        return others == Others.INCLUDED;
    }
}
