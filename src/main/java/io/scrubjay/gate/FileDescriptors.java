// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many files and connections this process may have open at once, and how many of them are reserved for the pool.
 * Stateless.
 */
final class FileDescriptors {
    /** Reserved for the pool, the libraries and the state database; half of all if there are few. */
    private static final int KEPT_ASIDE = 512;

    private static final Pattern SOFT_LIMIT = Pattern.compile("^Max open files +([0-9]{1,9}) ");

    private FileDescriptors() {}

    /** How many of this many are left for connections. */
    static int forConnections(int limit) {
        return limit - Math.min(KEPT_ASIDE, limit / 2);
    }

    /** The soft limit of this process, which Java raises at its start; no limit if it cannot be found out. */
    static int limit() {
        try {
            return limitIn(Files.readAllLines(Path.of("/proc/self/limits")));
        } catch (IOException unknown) {
            return Integer.MAX_VALUE;
        }
    }

    /** The soft limit in a limits file of the kernel; no limit if it has none. */
    static int limitIn(List<String> limits) {
        return limits.stream()
                .map(SOFT_LIMIT::matcher)
                .filter(Matcher::find)
                .mapToInt(soft -> Integer.parseInt(soft.group(1)))
                .findFirst()
                .orElse(Integer.MAX_VALUE);
    }
}
