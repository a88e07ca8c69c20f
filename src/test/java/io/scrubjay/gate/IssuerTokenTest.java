// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class IssuerTokenTest {
    @TempDir
    Path directory;

    @Test
    void theTokenIsWhatTheFileSaysWithoutItsLineEnd() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "header.payload.signature\n");
        assertThat(IssuerToken.read(file)).isEqualTo("header.payload.signature");
    }

    /** A pipe, for one, would keep the worker that reads it; of a device this one says at once what it has. */
    @Test
    void whatIsNotARegularFileIsNotRead() {
        assertThatThrownBy(() -> IssuerToken.read(Path.of("/dev/null")))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("/dev/null: it is not a regular file");
    }
}
