// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processors that this process may use: a pod with exclusive cores may use only these. Stateless. */
final class AllowedProcessors {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern LIST = Pattern.compile("Cpus_allowed_list:\\s*(\\d+).*");

    private AllowedProcessors() {}

    /** The lowest number of these processors; 0 if the kernel does not say. */
    static int lowest() {
        try {
            return lowest(Files.readAllLines(STATUS));
        } catch (IOException unknown) {
            return 0;
        }
    }

    /** The lowest number in the kernel's status of a process: {@code Cpus_allowed_list: 2-3,7}. */
    static int lowest(List<String> status) {
        return status.stream()
                .map(LIST::matcher)
                .filter(Matcher::matches)
                .mapToInt(line -> Integer.parseInt(line.group(1)))
                .findFirst()
                .orElse(0);
    }
}
