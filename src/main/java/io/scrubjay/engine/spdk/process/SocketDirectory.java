// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The directory with SPDK's control socket and configuration file, which only this user may enter. Immutable; throws
 * {@link UncheckedIOException}.
 */
final class SocketDirectory {
    private static final System.Logger LOG = System.getLogger(SocketDirectory.class.getName());
    private static final String CONFIG = "config.json";
    private static final String SOCKET = "rpc.sock";

    private final Path directory;

    private SocketDirectory(Path directory) {
        this.directory = directory;
    }

    static SocketDirectory make() {
        try {
            // Only its owner may enter a temporary directory; anybody who could reach the socket could delete every
            // volume.
            return new SocketDirectory(Files.createTempDirectory("scrubjay-spdk-"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path config() {
        return directory.resolve(CONFIG);
    }

    void writeConfig(String json) {
        try {
            Files.writeString(config(), json);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path socket() {
        return directory.resolve(SOCKET);
    }

    /** Removes the directory and its files, as far as possible. */
    void remove() {
        for (Path path : List.of(config(), socket(), directory.resolve(SOCKET + ".lock"), directory)) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException left) {
                LOG.log(System.Logger.Level.DEBUG, "left behind: " + directory, left);
            }
        }
    }
}
