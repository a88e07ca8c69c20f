// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.BufferAddress;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Copies SPDK's log into the agent's. Runs on a thread of its own until SPDK has ended. */
final class SpdkLog {
    private static final System.Logger LOG = System.getLogger("io.scrubjay.spdk");
    private static final int BUFFER_BYTES = 8192;

    private SpdkLog() {}

    static void copy() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        StringBuilder line = new StringBuilder();
        int count;
        while ((count = SpdkNative.readLog(BufferAddress.of(buffer), BUFFER_BYTES)) > 0) {
            byte[] bytes = new byte[count];
            buffer.get(0, bytes);
            for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
                if (c == '\n') {
                    log(line);
                    line.setLength(0);
                } else {
                    line.append(c);
                }
            }
        }
    }

    private static void log(StringBuilder line) {
        if (line.length() > 1) {
            LOG.log(level(line.charAt(0)), line.substring(1));
        }
    }

    private static System.Logger.Level level(char digit) {
        return switch (digit) {
            case '0' -> System.Logger.Level.ERROR;
            case '1' -> System.Logger.Level.WARNING;
            case '2' -> System.Logger.Level.INFO;
            default -> System.Logger.Level.DEBUG;
        };
    }
}
