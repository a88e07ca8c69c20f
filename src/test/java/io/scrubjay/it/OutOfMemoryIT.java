// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** An agent whose heap is full, started as its image starts it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OutOfMemoryIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(OutOfMemoryIT.class);

    private static final String LIMIT = "-Xmx48m";
    /** More than twice the heap. */
    private static final int BODY_BYTES = 128 << 20;
    /** What a virtual machine ends with that was told to end at the first such error. */
    private static final int OUT_OF_MEMORY = 3;

    /** The framework catches the error, and would go on. */
    @Test
    void agentWhoseHeapIsFullEnds() throws IOException {
        // Given
        AgentProcess agent = WORKSPACE
                .agent("full")
                .asInTheImages()
                .withJvm(LIMIT)
                .with("scrubjay.http.json-max", "1G")
                .start();

        // When
        sendJson(agent.address());

        // Then
        assertThat(agent.awaitEnd()).as(agent.log()).isEqualTo(OUT_OF_MEMORY);
    }

    private static void sendJson(URI agent) throws IOException {
        byte[] part = new byte[1 << 20];
        Arrays.fill(part, (byte) 'a');
        String head = "POST /v1/volumes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + BODY_BYTES + "\r\n\r\n{\"name\":\"";
        try (Socket connection = new Socket(agent.getHost(), agent.getPort())) {
            OutputStream out = connection.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            for (int sent = 0; sent < BODY_BYTES; sent += part.length) {
                out.write(part);
            }
            // The end of the body never comes; the end of the agent ends the connection.
            connection.getInputStream().readAllBytes();
        } catch (IOException ended) {
            // As it should.
        }
    }
}
