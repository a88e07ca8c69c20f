// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** What may happen to files of a pool behind the agent's back. */
final class Damage {
    private Damage() {}

    /** Turns one bit of one byte round. */
    static void flip(Path path, long offsetBytes) {
        // Sealed files are read-only, which does not keep root out, but others.
        path.toFile().setWritable(true);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(offsetBytes);
            int was = file.readUnsignedByte();
            file.seek(offsetBytes);
            file.write(was ^ 1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Cuts a file off. */
    static void truncate(Path path, long lengthBytes) {
        path.toFile().setWritable(true);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(lengthBytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Makes a hole, as a file system's repair or a lost write may. */
    static void punch(Path path, long offsetBytes, long lengthBytes) {
        path.toFile().setWritable(true);
        Command.run(
                "fallocate", "-p", "-o", Long.toString(offsetBytes), "-l", Long.toString(lengthBytes), path.toString());
    }
}
