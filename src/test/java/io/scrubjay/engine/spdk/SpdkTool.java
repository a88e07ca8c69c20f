// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs that come with SPDK. */
public final class SpdkTool {
    private SpdkTool() {}

    /** Where a program is; the test that needs it is left out where it is not. */
    public static Path require(String name) {
        Optional<Path> tool = Stream.concat(besideLibraries(), Stream.of(Path.of("/usr/bin")))
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(
                tool.isPresent(),
                name + " is not installed: put SPDK's programs into /opt/spdk/bin, or into $SPDK_PREFIX/bin");
        return tool.orElseThrow();
    }

    /** Beside the libraries that were built in, which are looked for as the build does. */
    private static Stream<Path> besideLibraries() {
        String prefix = Optional.ofNullable(System.getenv("SPDK_PREFIX")).orElse("/opt/spdk");
        ProcessBuilder question = new ProcessBuilder("pkg-config", "--libs-only-L", "spdk_event");
        question.environment().merge("PKG_CONFIG_PATH", prefix + "/lib/pkgconfig", (own, more) -> own + ":" + more);
        try {
            Process asked = question.start();
            String flags = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(flags.strip().split("\\s+"))
                    .filter(flag -> flag.startsWith("-L"))
                    .map(flag -> Path.of(flag.substring(2)).resolveSibling("bin"));
        } catch (IOException noPkgConfig) {
            return Stream.empty();
        }
    }

    /** The mask of another processor than SPDK's here, if there is one: these programs never sleep. */
    static String coreMask() {
        return "0x" + Long.toHexString(1L << (Runtime.getRuntime().availableProcessors() - 1));
    }
}
