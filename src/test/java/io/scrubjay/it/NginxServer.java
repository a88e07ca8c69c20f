// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import io.scrubjay.engine.FreePort;
import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * nginx, in one process, so that a kill ends all of it. It serves the files of one directory: below {@code /slow/} so
 * slowly that there is a middle to look at, below {@code /fast/} as fast as it can. Confined to one thread.
 */
final class NginxServer implements AutoCloseable {
    /** How fast {@code /slow/} is. */
    static final int SLOW_BYTES_PER_SECOND = 4 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path directory;
    private final Path configuration;
    private final int port = FreePort.take();
    private Process process;

    private NginxServer(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.configuration = Files.writeString(directory.resolve("nginx.conf"), text());
        this.process = launch();
    }

    /** Starts it; skips the test where nginx is not installed. */
    static NginxServer start(Path directory) throws IOException {
        assumeTrue(Command.attempt("bash", "-c", "command -v nginx").status() == 0, "nginx is not installed");
        return new NginxServer(directory);
    }

    private String text() {
        return String.join(
                "\n",
                "daemon off;",
                "master_process off;",
                "pid " + directory.resolve("pid") + ";",
                "events { worker_connections 64; }",
                "http {",
                "  log_format asked '$status $uri $http_range';",
                "  access_log " + requests() + " asked;",
                "  client_body_temp_path " + directory.resolve("body") + ";",
                "  proxy_temp_path " + directory.resolve("proxy") + ";",
                "  fastcgi_temp_path " + directory.resolve("fastcgi") + ";",
                "  uwsgi_temp_path " + directory.resolve("uwsgi") + ";",
                "  scgi_temp_path " + directory.resolve("scgi") + ";",
                "  server {",
                "    listen 127.0.0.1:" + port + ";",
                "    location /fast/ { alias " + directory + "/; }",
                "    location /slow/ { alias " + directory + "/; limit_rate " + SLOW_BYTES_PER_SECOND + "; }",
                "    location = /moved { return 302 /fast/disk.img; }",
                "    location = /inside { return 302 http://127.0.0.2:" + port + "/fast/disk.img; }",
                "    location = /circle { return 302 /circle; }",
                "    location = /forbidden { return 403; }",
                "  }",
                "}",
                "");
    }

    private Process launch() throws IOException {
        // Its place is asked for: an ordinary user's path leaves it out.
        Process launched = new ProcessBuilder(
                        Command.run("bash", "-c", "command -v nginx").strip(),
                        "-e",
                        directory.resolve("errors").toString(),
                        "-p",
                        directory.toString(),
                        "-c",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        Awaitility.await("nginx")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(this::listens);
        return launched;
    }

    private boolean listens() {
        try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connected.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Ends it at once, in the middle of what it sends. */
    void kill9() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /** Starts it again at the same port. */
    void startAgain() throws IOException {
        process = launch();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Where the files are that it serves. */
    Path file(String name) {
        return directory.resolve(name);
    }

    /** What it has answered: status, path, and the range that was asked for or a dash. */
    String log() {
        try {
            return Files.readString(requests());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path requests() {
        return directory.resolve("requests");
    }

    @Override
    public void close() {
        kill9();
    }
}
