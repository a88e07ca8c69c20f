// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** An HTTP proxy that knows CONNECT alone, RFC 9110 section 9.3.6, for whoever has this Basic authorization. Thread-safe. */
final class TunnelProxy implements AutoCloseable {
    /** The first lines of all requests. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** All that has gone from servers to the agent. */
    final AtomicLong carriedBytes = new AtomicLong();

    private final ServerSocket server;
    private final String authorization;
    private final int target;
    private final Queue<Closeable> connections = new ConcurrentLinkedQueue<>();

    /**
     * @param authorization the value of {@code Proxy-Authorization}
     * @param target the port of the server that it connects to, whatever name it is asked for
     */
    TunnelProxy(String authorization, int target) {
        this.authorization = authorization;
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getAllByName(FetchKit.ALLOWED)[0]);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "tunnel-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "http://" + FetchKit.ALLOWED + ":" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                connections.add(client);
                start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            List<String> head = head(client.getInputStream());
            asked.add(head.get(0));
            if (!head.contains("proxy-authorization: " + authorization)) {
                answer(client, "407 Proxy Authentication Required\r\nContent-Length: 0");
                return;
            }
            if (!head.get(0).startsWith("CONNECT ")) {
                answer(client, "405 Method Not Allowed\r\nContent-Length: 0");
                return;
            }
            try (Socket there = new Socket(InetAddress.getAllByName(FetchKit.ALLOWED)[0], target)) {
                connections.add(there);
                answer(client, "200 Connected");
                start(() -> carry(client, there, new AtomicLong()));
                carry(there, client, carriedBytes);
            }
        } catch (IOException gone) {
            // One of the two has gone.
        }
    }

    /** The lines, with the names of fields as the agent writes them, in lower case. */
    private static List<String> head(InputStream client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = client.read();
            if (next < 0) {
                throw new IOException("the head is not complete");
            }
            head.append((char) next);
        }
        return head.toString()
                .strip()
                .lines()
                .map(line -> line.replaceFirst("(?i)^proxy-authorization", "proxy-authorization"))
                .toList();
    }

    private static void answer(Socket client, String head) throws IOException {
        client.getOutputStream().write(("HTTP/1.1 " + head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void carry(Socket from, Socket to, AtomicLong count) {
        byte[] piece = new byte[8192];
        try {
            for (int read = from.getInputStream().read(piece);
                    read >= 0;
                    read = from.getInputStream().read(piece)) {
                to.getOutputStream().write(piece, 0, read);
                count.addAndGet(read);
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            // The other direction ends, too.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Closeable connection : connections) {
                connection.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
