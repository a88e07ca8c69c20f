// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import static org.awaitility.Awaitility.await;

/** An upload that stands where it is until somebody sends on. Closed before its end, it is cut. */
public final class SlowUpload implements AutoCloseable {
    private final Socket socket;

    /** Announces an image of that many bytes, and returns when the agent knows of it. */
    public SlowUpload(URI agent, String name, int lengthBytes) throws IOException {
        socket = new Socket(agent.getHost(), agent.getPort());
        String head = "PUT /v1/images/%s/content HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                .formatted(name, lengthBytes);
        send(head.getBytes(StandardCharsets.US_ASCII));
        AgentClient client = new AgentClient(agent);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> client.get("/v1/images/" + name).statusCode() == 200);
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
