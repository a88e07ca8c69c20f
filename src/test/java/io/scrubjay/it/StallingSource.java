// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of one file that sends some bytes of it, and the rest only once it is told to. Thread-safe. */
final class StallingSource implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch released = new CountDownLatch(1);
    private final byte[] file;
    private final int atFirst;

    StallingSource(Path file, int atFirst) throws IOException {
        this.file = Files.readAllBytes(file);
        this.atFirst = atFirst;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/disk.img", this::send);
        server.start();
    }

    private void send(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, file.length);
            OutputStream body = exchange.getResponseBody();
            body.write(file, 0, atFirst);
            body.flush();
            released.await();
            body.write(file, atFirst, file.length - atFirst);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends the rest from now on. */
    void release() {
        released.countDown();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/disk.img";
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
