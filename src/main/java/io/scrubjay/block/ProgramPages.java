// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pages of this program's own file that are mapped into its memory. In a native executable, most of these pages are
 * left from startup: code that runs once, and neighbouring pages that the kernel maps along with each page that is
 * used. Thread-safe: it has no state.
 */
public final class ProgramPages {
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final Path PROGRAM = Path.of("/proc/self/exe");

    private ProgramPages() {}

    /**
     * Releases these pages from this process' memory, except those that may have been written to. They may stay in the
     * page cache, and the kernel maps a page again when it is next used.
     *
     * @return how many bytes were released
     * @throws IOException when the kernel does not say what is mapped, or refuses to release something; no content is
     *     ever lost
     */
    public static long giveBack() throws IOException {
        long bytes = 0;
        for (Mapping mapping : unchanged()) {
            int result = ProgramPagesNative.giveBack(mapping.address(), mapping.lengthBytes());
            if (result < 0) {
                throw new IOException("pages of " + mapping.file() + " stay in memory: errno " + -result);
            }
            bytes += mapping.residentBytes();
        }
        return bytes;
    }

    static List<Mapping> unchanged() throws IOException {
        String program = Files.readSymbolicLink(PROGRAM).toString();
        try (Stream<String> lines = Files.lines(MAPPINGS)) {
            return unchanged(lines, program);
        }
    }

    /**
     * Mappings that cannot be written and never were. Being read-only is not enough: a loader may adjust pages before
     * it makes them read-only.
     */
    static List<Mapping> unchanged(Stream<String> smaps, String program) {
        return Mapping.of(smaps).stream()
                .filter(mapping -> mapping.file().equals(program))
                .filter(mapping -> mapping.isPrivate() && !mapping.isWritable() && mapping.anonymousBytes() == 0)
                .toList();
    }
}
