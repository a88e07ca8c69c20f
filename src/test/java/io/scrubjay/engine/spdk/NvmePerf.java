// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** SPDK's load generator, an NVMe/TCP host in user space, at depth 16. Confined to one thread. */
final class NvmePerf implements AutoCloseable {
    private static final String NAME = "spdk_nvme_perf";

    private final Path log;
    private final Process process;

    private NvmePerf(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** Leaves the test out where it is not installed. */
    static void require() {
        SpdkTool.require(NAME);
    }

    /** Begins to write at random, for as long as it is let. */
    static NvmePerf randomWrites(Path log, Export export, String host) throws IOException {
        String target = "trtype:TCP adrfam:IPv4 traddr:%s trsvcid:%d subnqn:%s hostnqn:%s"
                .formatted(export.address(), export.port(), export.nqn(), host);
        Process process = new ProcessBuilder(
                        SpdkTool.require(NAME).toString(),
                        "--no-huge",
                        "-s",
                        "256",
                        "-c",
                        SpdkTool.coreMask(),
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
