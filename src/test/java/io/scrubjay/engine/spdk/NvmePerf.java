package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** SPDK's load generator, an NVMe/TCP host in user space, at depth 16. Confined to one thread. */
final class NvmePerf implements AutoCloseable {
    private final Path log;
    private final Process process;

    private NvmePerf(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** Where it is, beside the libraries that were built in; these are looked for as the build does. */
    static Optional<Path> tool() {
        String prefix = Optional.ofNullable(System.getenv("SPDK_PREFIX")).orElse("/opt/spdk");
        ProcessBuilder question = new ProcessBuilder("pkg-config", "--libs-only-L", "spdk_event");
        question.environment().merge("PKG_CONFIG_PATH", prefix + "/lib/pkgconfig", (own, more) -> own + ":" + more);
        try {
            Process asked = question.start();
            String flags = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(flags.strip().split("\\s+"))
                    .filter(flag -> flag.startsWith("-L"))
                    .map(flag ->
                            Path.of(flag.substring(2)).resolveSibling("bin").resolve("spdk_nvme_perf"))
                    .filter(Files::isExecutable)
                    .findFirst();
        } catch (IOException noPkgConfig) {
            return Optional.empty();
        }
    }

    /** Begins to write at random, for as long as it is let. */
    static NvmePerf randomWrites(Path tool, Path log, Export export, String host) throws IOException {
        // Another processor than SPDK's here, if there is one: it never sleeps.
        long cores = 1L << (Runtime.getRuntime().availableProcessors() - 1);
        String target = "trtype:TCP adrfam:IPv4 traddr:%s trsvcid:%d subnqn:%s hostnqn:%s"
                .formatted(export.address(), export.port(), export.nqn(), host);
        Process process = new ProcessBuilder(
                        tool.toString(),
                        "--no-huge",
                        "-s",
                        "256",
                        "-c",
                        "0x" + Long.toHexString(cores),
                        "-q",
                        "16",
                        "-o",
                        Integer.toString(CutModel.BLOCK_BYTES),
                        "-w",
                        "randwrite",
                        "-t",
                        Long.toString(TimeUnit.HOURS.toSeconds(1)),
                        "-r",
                        target)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new NvmePerf(log, process);
    }

    boolean isWriting() {
        return process.isAlive();
    }

    /** Ends it in good order; fails if any of its writes has. */
    void requireNoErrors() throws IOException, InterruptedException {
        // Later on it complains of its own end.
        assertThat(log()).doesNotContain("ERROR");
        process.destroy();
        assertThat(process.waitFor(1, TimeUnit.MINUTES))
                .as("it ends: %s", log())
                .isTrue();
        assertThat(process.exitValue()).as("exit status: %s", log()).isZero();
        assertThat(log()).doesNotContain("completed with error");
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** Ends it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
