// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Files as disks are: runs of random data and of zeroes, of any length and at any alignment. */
final class SparseFile {
    private static final int RUN_BITS_MIN = 4;
    private static final int RUN_BITS_MAX = 21;
    /** Begins no known form of disk image or archive. */
    private static final byte FIRST = (byte) 0xEB;

    private SparseFile() {}

    /** Writes a file of this length from a seed; about half of it is data. */
    static Path write(Path path, long seed, long lengthBytes) {
        SplittableRandom random = new SplittableRandom(seed);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(0);
            file.setLength(lengthBytes);
            long at = 0;
            while (at < lengthBytes) {
                int run = (int) Math.min(
                        lengthBytes - at, 1 + random.nextInt(1 << random.nextInt(RUN_BITS_MIN, RUN_BITS_MAX + 1)));
                if (random.nextBoolean()) {
                    byte[] data = new byte[run];
                    random.nextBytes(data);
                    file.seek(at);
                    file.write(data);
                }
                at += run;
            }
            file.seek(0);
            file.write(FIRST);
            return path;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Writes a file of this length without any zeroes to skip. */
    static Path writeDense(Path path, long seed, long lengthBytes) {
        SplittableRandom random = new SplittableRandom(seed);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(0);
            byte[] data = new byte[1 << 20];
            for (long at = 0; at < lengthBytes; at += data.length) {
                random.nextBytes(data);
                file.write(data, 0, (int) Math.min(data.length, lengthBytes - at));
            }
            file.seek(0);
            file.write(FIRST);
            return path;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
