// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A range of this process' addresses, as {@code /proc/self/smaps} lists them.
 *
 * @param file the file that is mapped; empty when there is none
 * @param residentBytes how much of it is in memory
 * @param anonymousBytes how much of that differs from the file because it was written to, or never came from a file;
 *     {@link #UNCOUNTED} where the kernel does not say
 */
record Mapping(
        long address,
        long lengthBytes,
        boolean isWritable,
        boolean isPrivate,
        String file,
        long residentBytes,
        long anonymousBytes) {
    static final long UNCOUNTED = -1;

    private static final Pattern HEAD =
            Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .(.).(.) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ [0-9]+ *(.*)");
    private static final Pattern SIZE = Pattern.compile("([A-Za-z_]+): +([0-9]+) kB");

    /** All mappings, in the order of their addresses; other lines are skipped. */
    static List<Mapping> of(Stream<String> smaps) {
        List<Mapping> mappings = new ArrayList<>();
        smaps.forEach(line -> {
            Matcher head = HEAD.matcher(line);
            Matcher size = SIZE.matcher(line);
            if (head.matches()) {
                mappings.add(of(head));
            } else if (size.matches() && !mappings.isEmpty()) {
                int last = mappings.size() - 1;
                mappings.set(last, mappings.get(last).with(size.group(1), Long.parseLong(size.group(2)) << 10));
            }
        });
        return mappings;
    }

    private static Mapping of(Matcher head) {
        long start = Long.parseUnsignedLong(head.group(1), 16);
        return new Mapping(
                start,
                Long.parseUnsignedLong(head.group(2), 16) - start,
                head.group(3).equals("w"),
                head.group(4).equals("p"),
                head.group(5),
                0,
                UNCOUNTED);
    }

    private Mapping with(String size, long bytes) {
        return switch (size) {
            case "Rss" -> new Mapping(address, lengthBytes, isWritable, isPrivate, file, bytes, anonymousBytes);
            case "Anonymous" -> new Mapping(address, lengthBytes, isWritable, isPrivate, file, residentBytes, bytes);
            default -> this;
        };
    }
}
