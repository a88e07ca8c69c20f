// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A qcow2 file may name other files: none of them is opened, whatever the image becomes. strace looks. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NamedFilesIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(NamedFilesIT.class);

    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int CLUSTER_BYTES = 1 << 16;
    private static final int NAME_AT = 1024;
    private static final int BACKING_FORMAT = 0xe2792aca;
    private static final int DATA_FILE = 0x44415441;
    private static final long DATA_FILE_BIT = 1 << 2;

    private static Path calls;
    private static Path secret;
    private static AgentProcess agent;
    private static Process tracer;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Files.exists(STRACE), "strace is not installed: './dev test' installs it");
        secret = Files.writeString(WORKSPACE.file("secret"), "not for senders of images");
        agent = WORKSPACE.agent("agent").start();
        calls = WORKSPACE.file("calls");
        Path told = WORKSPACE.file("strace.log");
        tracer = new ProcessBuilder(
                        STRACE.toString(),
                        "-f",
                        "-s",
                        "512",
                        "-p",
                        Long.toString(agent.pid()),
                        "-e",
                        "trace=%file",
                        "-o",
                        calls.toString())
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        WORKSPACE.closing(() -> tracer.destroyForcibly().waitFor());
        Awaitility.await("strace")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !tracer.isAlive() || Files.readString(told).contains("attached"));
        assumeTrue(tracer.isAlive(), "strace may not look at another process here: run the tests as root");
    }

    /** A file of version 3 with an empty disk of 1 MiB, and one header extension. */
    private static ByteBuffer file(int extension, String text) {
        ByteBuffer file = ByteBuffer.allocate(2 * CLUSTER_BYTES);
        file.putInt(0x514649fb).putInt(3).putLong(0).putInt(0);
        file.putInt(16).putLong(1 << 20).putInt(0).putInt(1).putLong(CLUSTER_BYTES);
        file.putLong(CLUSTER_BYTES).putInt(0).putInt(0).putLong(0);
        file.putLong(0).putLong(0).putLong(0).putInt(4).putInt(104);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return file.putInt(extension).putInt(bytes.length).put(bytes).clear();
    }

    private static ByteBuffer backedBy(String name, String format) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return file(BACKING_FORMAT, format)
                .put(NAME_AT, bytes)
                .putLong(8, NAME_AT)
                .putInt(16, bytes.length);
    }

    private static ByteBuffer oldBackedBy(String name) {
        return backedBy(name, "raw").putInt(4, 2);
    }

    private static ByteBuffer withDataIn(String name) {
        return file(DATA_FILE, name).putLong(72, DATA_FILE_BIT);
    }

    private static byte[] gzipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private static Path written(String name, byte[] bytes) {
        try {
            return Files.write(WORKSPACE.file(name), bytes);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static Map<String, byte[]> refused() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String named : List.of("/etc/passwd", secret.toString())) {
            String name = named.equals("/etc/passwd") ? "passwd" : "secret";
            files.put("backed-" + name, backedBy(named, "raw").array());
            files.put("old-" + name, oldBackedBy(named).array());
            files.put(
                    "json-" + name,
                    backedBy(
                                    "json:{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"" + named
                                            + "\"}}",
                                    "raw")
                            .array());
            files.put(
                    "relative-" + name,
                    backedBy("../../../../../../../.." + named, "qcow2").array());
            files.put("data-" + name, withDataIn(named).array());
            files.put("packed-" + name, gzipped(withDataIn(named).array()));
        }
        return files;
    }

    @Test
    void noneIsOpened() throws Exception {
        // Given
        ImageClient images = agent.images();

        // When
        refused().forEach((name, bytes) -> {
            Path file = written(name, bytes);
            images.content(name).sending(file).run().requireProblem(415, "unsupported-image");
            images.content(name, "format=qcow2").sending(file).run().requireProblem(415, "unsupported-image");
        });
        // Without the feature bit, the name of a data file means nothing.
        JsonNode stored = images.upload(
                "stored", written("stored", file(DATA_FILE, secret.toString()).array()));
        ImageClient.requireReady(images.content("as-raw", "format=raw&compression=none")
                .sending(written("as-raw", backedBy(secret.toString(), "raw").array()))
                .run());

        // Then
        assertThat(stored.path("virtualSizeBytes").asLong()).isEqualTo(1 << 20);
        agent.terminate();
        assertThat(tracer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("strace ends with the agent")
                .isTrue();
        String opened = Files.readString(calls);
        assertThat(opened).as("what strace saw").contains("openat").contains("agent-pool");
        assertThat(opened).doesNotContain("/etc/passwd").doesNotContain(secret.toString());
    }
}
