// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The file systems that this process sees, as the kernel lists them in {@code /proc/self/mounts}. Immutable.
 *
 * @param lines device, mount point, type and options of each, separated by blanks
 */
record Mounts(List<String> lines) {
    private static final Path LIST = Path.of("/proc/self/mounts");
    private static final int MOUNT_POINT = 1;
    private static final int OPTIONS = 3;

    /** The current mounts; none if the kernel does not list them. */
    static Mounts now() {
        try {
            return new Mounts(Files.readAllLines(LIST));
        } catch (IOException unknown) {
            return new Mounts(List.of());
        }
    }

    /** Whether the file system of this path does not allow loading libraries from it. */
    boolean forbidLibrariesIn(Path path) {
        Path asked = path.toAbsolutePath().normalize();
        boolean isForbidden = false;
        int deepest = -1;
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length <= OPTIONS) {
                continue;
            }
            Path point = Path.of(fields[MOUNT_POINT].replace("\\040", " "));
            // Of two mounts at the same place, the later one hides the other.
            if (asked.startsWith(point) && point.getNameCount() >= deepest) {
                deepest = point.getNameCount();
                isForbidden = Arrays.asList(fields[OPTIONS].split(",", -1)).contains("noexec");
            }
        }
        return isForbidden;
    }
}
