// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.stored;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A directory in a zip file. Blocks of zeroes become holes again when it is unpacked. */
final class SparseZip {
    private static final int BLOCK_BYTES = 4096;

    private SparseZip() {}

    /** Packs all that is in a directory. */
    static void pack(Path directory, Path zip) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.filter(path -> !path.equals(directory)).sorted().toList();
        }
        try (ZipOutputStream packed = new ZipOutputStream(Files.newOutputStream(zip))) {
            packed.setLevel(Deflater.BEST_COMPRESSION);
            for (Path path : all) {
                boolean isDirectory = Files.isDirectory(path);
                packed.putNextEntry(new ZipEntry(directory.relativize(path) + (isDirectory ? "/" : "")));
                if (!isDirectory) {
                    Files.copy(path, packed);
                }
                packed.closeEntry();
            }
        }
    }

    /** Unpacks it into a directory, which is made if it is not there. */
    static void unpack(Path zip, Path directory) throws IOException {
        Files.createDirectories(directory);
        try (ZipInputStream packed = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = packed.getNextEntry(); entry != null; entry = packed.getNextEntry()) {
                Path path = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectory(path);
                } else {
                    unpackFile(packed, path);
                }
            }
        }
    }

    private static void unpackFile(InputStream packed, Path path) throws IOException {
        byte[] zeroes = new byte[BLOCK_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            long at = 0;
            for (byte[] block = packed.readNBytes(BLOCK_BYTES);
                    block.length > 0;
                    block = packed.readNBytes(BLOCK_BYTES)) {
                if (!Arrays.equals(block, 0, block.length, zeroes, 0, block.length)) {
                    file.seek(at);
                    file.write(block);
                }
                at += block.length;
            }
            file.setLength(at);
        }
    }
}
