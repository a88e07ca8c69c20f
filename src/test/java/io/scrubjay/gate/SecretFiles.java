// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.ProcessFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The files with secrets that the agent under test reads. */
final class SecretFiles {
    static final String READ_TOKEN = "canary-read-0123456789abcdef";
    static final String UPLOAD_TOKEN = "canary-upload-0123456789abcdef";
    static final String ADMIN_TOKEN = "canary-admin-0123456789abcdef";
    static final String UPLOAD_KEY = "canary-key-0123456789abcdef0123456789abcdef";
    static final String LINES = "# <role> <name> <token>\n"
            + "read grafana " + READ_TOKEN + "\n"
            + "upload ci " + UPLOAD_TOKEN + "\n"
            + "admin ops " + ADMIN_TOKEN + "\n";

    private SecretFiles() {}

    static Path tokens() {
        return write("tokens", LINES);
    }

    /** Has the agent that reads the file read other lines at its next look. */
    static void replaceTokens(String lines) {
        write("tokens", lines);
    }

    static Path uploadKey() {
        return write("upload-key", UPLOAD_KEY + "\n");
    }

    private static Path write(String name, String content) {
        try {
            Path directory = Files.createDirectories(ProcessFiles.of("secrets"));
            Path whole = Files.writeString(directory.resolve(name + ".new"), content);
            // By a rename, as Kubernetes does it: an agent never reads one that is half written.
            return Files.move(whole, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE)
                    .toAbsolutePath();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
