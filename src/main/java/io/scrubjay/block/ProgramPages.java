// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pages of this program's own file that are mapped into its memory. Of a native executable's most are there because of
 * its start: what runs once, and what the kernel maps around each page that is touched. Thread-safe: it has no state.
 */
public final class ProgramPages {
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final Path PROGRAM = Path.of("/proc/self/exe");

    private ProgramPages() {}

    /**
     * Takes them out of this process' memory, but for those that may have been written to. The page cache keeps them as
     * long as it likes, and whatever is needed again is mapped again, without anybody's doing.
     *
     * @return how many bytes that were
     * @throws IOException when the kernel does not say what is mapped, or keeps something; no content is ever lost
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

    /** Where nothing can be written, and nothing was: what a loader has adjusted is closed to writing only afterwards. */
    static List<Mapping> unchanged(Stream<String> smaps, String program) {
        return Mapping.of(smaps).stream()
                .filter(mapping -> mapping.file().equals(program))
                .filter(mapping -> mapping.isPrivate() && !mapping.isWritable() && mapping.anonymousBytes() == 0)
                .toList();
    }
}
