// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An upload that begins, and then only listens. A curl cannot do that: while it has nothing to send, it does not read
 * either. Confined to one thread.
 */
final class SilentUpload implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)", Pattern.CASE_INSENSITIVE);

    private final Socket socket;
    private final InputStream input;

    private SilentUpload(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends the beginning of an upload of unknown length, and waits until the agent has got it. */
    static SilentUpload begin(ImageClient images, String name, String bytes) {
        URI address = images.agent().address();
        String request = "PUT /v1/images/" + name + "/content HTTP/1.1\r\n"
                + "Host: " + address.getAuthority() + "\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(bytes.length()) + "\r\n" + bytes + "\r\n";
        try {
            Socket socket = new Socket(address.getHost(), address.getPort());
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            images.awaitReceived(name, bytes.length());
            return new SilentUpload(socket);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Fails unless the agent answers with this problem, and says that it will hear no more. */
    void requireProblem(int status, String code) {
        try {
            String head = head();
            assertThat(head).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("connection: close");
            Matcher length = LENGTH.matcher(head);
            assertThat(length.find()).as("a length in %s", head).isTrue();
            String body = new String(input.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8);
            assertThat(body).contains("\"code\":\"" + code + "\"");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = input.read();
            assertThat(next).as("the answer ends with %s", head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
