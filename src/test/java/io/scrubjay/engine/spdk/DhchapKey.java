// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;

/** Files with DH-HMAC-CHAP keys in the form of NVMe base specification 2.0, 8.13.5.7, as {@code nvme gen-dhchap-key} makes them. */
final class DhchapKey {
    private static final int SECRET_BYTES = 32;

    private DhchapKey() {}

    /** A key that only its owner may read. */
    static Path file(Path file, long seed) throws IOException {
        byte[] secret = new byte[SECRET_BYTES];
        new Random(seed).nextBytes(secret);
        CRC32 sum = new CRC32();
        sum.update(secret);
        ByteBuffer bytes = ByteBuffer.allocate(SECRET_BYTES + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(secret).putInt((int) sum.getValue());
        String text = "DHHC-1:00:" + Base64.getEncoder().encodeToString(bytes.array()) + ":\n";
        Files.writeString(file, text, StandardCharsets.US_ASCII);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
