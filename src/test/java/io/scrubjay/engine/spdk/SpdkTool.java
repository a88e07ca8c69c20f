package io.scrubjay.engine.spdk;

import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs that come with SPDK. */
public final class SpdkTool {
    private SpdkTool() {}

    /** Where a program is; the test that needs it is left out where it is not. */
    public static Path require(String name) {
        String prefix = Optional.ofNullable(System.getenv("SPDK_PREFIX")).orElse("/opt/spdk");
        Optional<Path> tool = Stream.of(prefix + "/bin/" + name, "/usr/bin/" + name)
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(tool.isPresent(), name + " is not here");
        return tool.orElseThrow();
    }
}
