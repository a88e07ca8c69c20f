// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A curl that runs. Confined to one thread, but for {@link #close}. */
final class CurlRun implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 330;

    private final Process process;
    private final Path scratch;

    CurlRun(Process process, Path scratch) {
        this.process = process;
        this.scratch = scratch;
    }

    /** Gives it bytes on its standard input. */
    void send(byte[] bytes) {
        try {
            process.getOutputStream().write(bytes);
            process.getOutputStream().flush();
        } catch (IOException gone) {
            throw new UncheckedIOException("curl takes no more", gone);
        }
    }

    /** Says on its standard input that there is no more, and waits for its end. */
    CurlAnswer await() {
        closeInput();
        try {
            String told = text(process.getInputStream());
            String error = text(process.getErrorStream());
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(ended).as("curl ended").isTrue();
            return CurlAnswer.of(process.exitValue(), told, error, scratch);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            // It has ended without reading all; its answer tells why.
        }
    }

    /** Ends it at once; the kernel closes its connection. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(CurlAnswer.head(scratch));
        } catch (IOException stays) {
            throw new UncheckedIOException(stays);
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
}
