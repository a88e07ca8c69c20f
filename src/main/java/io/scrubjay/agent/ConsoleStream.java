// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The process's standard output or error, without Java's own stream, which hides failures, and in which writers wait
 * for one that is stuck. Never closed. Confined to the same thread as its target.
 */
final class ConsoleStream extends FilterOutputStream {
    private ConsoleStream(OutputStream descriptor) {
        super(descriptor);
    }

    static ConsoleStream standardOutput() {
        return new ConsoleStream(new FileOutputStream(FileDescriptor.out));
    }

    static ConsoleStream standardError() {
        return new ConsoleStream(new FileOutputStream(FileDescriptor.err));
    }

    /** A stream for code that prints instead of logging. */
    PrintStream printing() {
        return new PrintStream(this, true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        out.write(bytes, from, count);
    }

    @Override
    public void close() {}
}
