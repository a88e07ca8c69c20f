// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** An upload by a curl that sends what it is given here, when it is given. Confined to one thread. */
final class HeldUpload {
    private final ImageClient images;
    private final String name;
    private final CurlRun curl;
    private long sentBytes;

    private HeldUpload(ImageClient images, String name, CurlRun curl) {
        this.images = images;
        this.name = name;
        this.curl = curl;
    }

    /** Begins an upload of unknown length. */
    static HeldUpload chunked(ImageClient images, String name) {
        return new HeldUpload(images, name, images.content(name).with("-T", "-").start());
    }

    /** Begins an upload of a length that is said beforehand. */
    static HeldUpload ofLength(ImageClient images, String name, long lengthBytes) {
        return new HeldUpload(
                images,
                name,
                images.content(name)
                        .with("-T", "-", "-H", "Transfer-Encoding:", "-H", "Content-Length: " + lengthBytes)
                        .start());
    }

    /** Sends a part of a file, and waits until the agent has got it. */
    HeldUpload send(Path file, long offsetBytes, long lengthBytes) {
        put(file, offsetBytes, lengthBytes);
        images.awaitReceived(name, sentBytes);
        return this;
    }

    /** Sends the last part of a file, and waits for the answer; an agent that ends may be gone right after it. */
    CurlAnswer finish(Path file, long offsetBytes, long lengthBytes) {
        put(file, offsetBytes, lengthBytes);
        return curl.await();
    }

    private void put(Path file, long offsetBytes, long lengthBytes) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            curl.send(Arrays.copyOfRange(bytes, (int) offsetBytes, (int) (offsetBytes + lengthBytes)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        sentBytes += lengthBytes;
    }

    /** Says that this was all. */
    CurlAnswer finish() {
        return curl.await();
    }

    /** Breaks the connection. */
    void cut() {
        curl.close();
    }
}
