// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import javax.net.ServerSocketFactory;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers each request as its script says; the last answer for good. It answers one request on each
 * connection, byte for byte: no library corrects what it sends. (Servers of Netty in this process have the limits of the
 * agent's own.)
 */
final class ScriptedServer implements AutoCloseable {
    /** A request that came, with its fields by their names in lower case. */
    record Asked(String method, String path, Map<String, String> fields) {
        boolean has(String field) {
            return fields.containsKey(field);
        }

        String get(String field) {
            return fields.get(field);
        }
    }

    /** What is sent. The connection is closed afterwards. */
    @FunctionalInterface
    interface Answer {
        void send(Asked request, OutputStream client) throws IOException;
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();

    private final ServerSocket server;
    private final Queue<Closeable> connections = new ConcurrentLinkedQueue<>();
    private final Deque<Answer> script = new ArrayDeque<>();

    ScriptedServer() {
        this(ServerSocketFactory.getDefault(), 0);
    }

    /** @param port where it listens; 0 for any */
    ScriptedServer(ServerSocketFactory sockets, int port) {
        try {
            server = sockets.createServerSocket(port, 50, InetAddress.getAllByName(FetchKit.ALLOWED)[0]);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    ScriptedServer answers(Answer... next) {
        synchronized (script) {
            script.addAll(List.of(next));
        }
        return this;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                connections.add(client);
                start(() -> answer(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            Asked request = read(client.getInputStream());
            asked.add(request);
            Answer next;
            synchronized (script) {
                next = script.size() > 1 ? script.removeFirst() : script.getFirst();
            }
            next.send(request, client.getOutputStream());
        } catch (IOException gone) {
            // The agent has gone, or does not trust the certificate.
        }
    }

    private static Asked read(InputStream client) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = client.read();
            if (next < 0) {
                throw new IOException("the head is not complete");
            }
            head.write(next);
        }
        String[] lines =
                head.toString(StandardCharsets.ISO_8859_1).stripTrailing().split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] field = lines[i].split(": *", 2);
            fields.put(field[0].toLowerCase(Locale.ROOT), field[1]);
        }
        return new Asked(first[0], first[1], fields);
    }

    int port() {
        return server.getLocalPort();
    }

    /** A URL of this server, by its address. */
    String url(String path) {
        return at(FetchKit.ALLOWED, path);
    }

    /** A URL of this server, by another name. */
    String at(String host, String path) {
        return "http://" + host + ":" + port() + path;
    }

    /** The whole file, with these fields: name, value, name, value. */
    static Answer whole(byte[] file, String... fields) {
        return (request, client) -> {
            head(client, 200, fields, "Content-Length", Integer.toString(file.length));
            client.write(file);
        };
    }

    /** The whole file, in two chunks. */
    static Answer chunked(byte[] file, String... fields) {
        return (request, client) -> {
            head(client, 200, fields, "Transfer-Encoding", "chunked");
            chunk(client, file, 0, file.length / 2);
            chunk(client, file, file.length / 2, file.length);
            client.write(ascii("0\r\n\r\n"));
        };
    }

    private static void chunk(OutputStream client, byte[] file, int from, int to) throws IOException {
        if (to > from) {
            client.write(ascii(Integer.toHexString(to - from) + "\r\n"));
            client.write(file, from, to - from);
            client.write(ascii("\r\n"));
        }
    }

    /** The beginning of the file; then the connection ends. */
    static Answer cut(byte[] file, int after, String... fields) {
        return (request, client) -> {
            head(client, 200, fields, "Content-Length", Integer.toString(file.length));
            client.write(file, 0, after);
        };
    }

    /** The beginning of the file; then nothing more, until the server is closed. */
    Answer stalled(byte[] file, int after, String... fields) {
        return (request, client) -> {
            cut(file, after, fields).send(request, client);
            client.flush();
            awaitEnd();
        };
    }

    private void awaitEnd() {
        synchronized (script) {
            while (!server.isClosed()) {
                try {
                    script.wait();
                } catch (InterruptedException stop) {
                    return;
                }
            }
        }
    }

    /** A part of the file, from this offset to its end. */
    static Answer part(byte[] file, int from, String total, String... fields) {
        return (request, client) -> {
            head(
                    client,
                    206,
                    fields,
                    "Content-Range",
                    "bytes " + from + "-" + (file.length - 1) + "/" + total,
                    "Content-Length",
                    Integer.toString(file.length - from));
            client.write(file, from, file.length - from);
        };
    }

    static Answer status(int status, String... fields) {
        return (request, client) -> {
            head(client, status, fields, "Content-Length", "2");
            client.write(ascii("no"));
        };
    }

    static Answer redirect(String location) {
        return status(302, "Location", location);
    }

    private static void head(OutputStream client, int status, String[] fields, String... more) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Some reason\r\n");
        for (String[] some : List.of(fields, more)) {
            for (int i = 0; i < some.length; i += 2) {
                head.append(some[i]).append(": ").append(some[i + 1]).append("\r\n");
            }
        }
        client.write(ascii(head + "\r\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            server.close();
            synchronized (script) {
                script.notifyAll();
            }
            for (Closeable connection : connections) {
                connection.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
