// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A write to a volume, which can be sent again. Confined to one thread. */
final class SoakWrite {
    private final String path;
    private final int offsetBytes;
    private final byte[] bytes;

    /**
     * Takes the bytes over.
     *
     * @param path of the volume: {@code volumes/a}
     */
    SoakWrite(String path, int offsetBytes, byte[] bytes) {
        this.path = path;
        this.offsetBytes = offsetBytes;
        this.bytes = bytes;
    }

    CurlRun start(AgentProcess agent, Path scratch) throws IOException {
        Files.write(scratch, bytes);
        return agent.curl("/v1/" + path + "/content")
                .with("-H", "Content-Range: bytes " + offsetBytes + "-" + (offsetBytes + bytes.length - 1) + "/*")
                .sending(scratch)
                .start();
    }

    /** Waits for its answer, which has to be good, and notes what the volume now holds. */
    void finish(CurlRun curl, SoakVolumes volumes) {
        curl.await().require(204);
        System.arraycopy(bytes, 0, volumes.get(path).bytes(), offsetBytes, bytes.length);
    }
}
