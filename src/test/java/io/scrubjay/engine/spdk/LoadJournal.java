// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * The events of a load in a file, a line each, for whoever looks after the process was killed: the kernel has each before
 * the call returns. Confined to the lock of the model that writes it.
 */
final class LoadJournal implements Consumer<LoadEvent> {
    private final FileChannel file;

    private LoadJournal(FileChannel file) {
        this.file = file;
    }

    /** A journal that goes on where the file ends. */
    static LoadJournal on(Path path) {
        try {
            return new LoadJournal(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a file tells; nothing if there is none. */
    static List<LoadEvent> read(Path path) {
        try {
            return Files.exists(path)
                    ? Files.readAllLines(path).stream().map(LoadEvent::parse).toList()
                    : List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void accept(LoadEvent event) {
        try {
            ByteBuffer line = ByteBuffer.wrap(event.line().getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                file.write(line);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
