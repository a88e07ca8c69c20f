// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A web site with one page, which has the form of {@code docs/api.md}. Once a browser has loaded the page, a script chooses
 * the file and submits the form, as a user would. Thread-safe.
 */
final class UploadPage implements AutoCloseable {
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Upload</title>
            <form method="post" action="%s" enctype="multipart/form-data">
              <input name="name" value="%s"> <input name="digest" value="%s"> <input name="size">
              <input name="content" type="file"> <button>Upload</button>
            </form>
            <script>
              fetch('/disk').then(answer => answer.blob()).then(bytes => {
                const chosen = new DataTransfer();
                chosen.items.add(new File([bytes], 'Ein "gr\\u00f6\\u00dferes"; Abbild\\\\'));
                const form = document.forms[0];
                form.elements.content.files = chosen.files;
                form.requestSubmit();
              });
            </script>
            </html>
            """;

    private final HttpServer server;

    private UploadPage(HttpServer server) {
        this.server = server;
    }

    /** Starts the site; it has no page yet. */
    static UploadPage start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return new UploadPage(server);
    }

    /** Its origin, for the agent that has to allow it. */
    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * Adds the page.
     *
     * @param agent where the form is sent to
     * @param image the name of the image
     * @return where the page is
     */
    URI add(URI agent, String image, Path disk) {
        String page = PAGE.formatted(agent.resolve("/v1/images"), image, NaiveImage.sourceDigest("sha-256", disk));
        server.createContext("/", exchange -> answer(exchange, "text/html", page.getBytes(StandardCharsets.UTF_8)));
        server.createContext("/disk", exchange -> answer(exchange, "application/x-raw", Files.readAllBytes(disk)));
        return URI.create(origin() + "/");
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
