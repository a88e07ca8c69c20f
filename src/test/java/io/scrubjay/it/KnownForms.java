// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** Files that begin as a known form of disk image or archive does. */
final class KnownForms {
    private static final int LENGTH_BYTES = 200_000;

    private KnownForms() {}

    /** Writes a file that begins with these bytes. */
    static Path write(Path path, String magicHex) {
        byte[] magic = HexFormat.of().parseHex(magicHex);
        byte[] bytes = new byte[LENGTH_BYTES];
        Arrays.fill(bytes, (byte) 0x33);
        System.arraycopy(magic, 0, bytes, 0, magic.length);
        try {
            return Files.write(path, bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
