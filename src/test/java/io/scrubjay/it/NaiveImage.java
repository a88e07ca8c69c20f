// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an image made of a file must be, computed the plain way. Immutable.
 *
 * @param lengthBytes the disk's length
 * @param contentDigest of the disk, as the API's documentation defines it
 * @param clusters how many clusters the disk has
 * @param zeroClusters how many of them hold only zeroes
 * @param zeroBytes how many bytes of the disk lie in those
 * @param dataChunks the chunks that hold anything but zeroes
 */
record NaiveImage(
        long lengthBytes,
        String contentDigest,
        long clusters,
        long zeroClusters,
        long zeroBytes,
        SortedSet<Long> dataChunks) {
    static final int CHUNK_BYTES = 1 << 20;
    static final int CLUSTER_BYTES = 64 << 10;

    /** The disk that is this file. */
    static NaiveImage of(Path file) {
        return of(file, size(file));
    }

    /** The disk that begins with this file, and goes on with zeroes. */
    static NaiveImage of(Path file, long lengthBytes) {
        MessageDigest digest = digest("SHA-256");
        digest.update("scrubjay1\n".getBytes(StandardCharsets.US_ASCII));
        digest.update(
                ByteBuffer.allocate(12).putLong(lengthBytes).putInt(CHUNK_BYTES).flip());
        long zeroClusters = 0;
        long zeroBytes = 0;
        SortedSet<Long> dataChunks = new TreeSet<>();
        MessageDigest leaf = digest("SHA-256");
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream input = Files.newInputStream(file)) {
            for (long at = 0; at < lengthBytes; at += CHUNK_BYTES) {
                int length = (int) Math.min(CHUNK_BYTES, lengthBytes - at);
                Arrays.fill(chunk, input.readNBytes(chunk, 0, length), CHUNK_BYTES, (byte) 0);
                leaf.update(chunk, 0, length);
                digest.update(leaf.digest());
                for (int from = 0; from < length; from += CLUSTER_BYTES) {
                    int to = Math.min(length, from + CLUSTER_BYTES);
                    if (isZero(chunk, from, to)) {
                        zeroClusters++;
                        zeroBytes += to - from;
                    } else {
                        dataChunks.add(at / CHUNK_BYTES);
                    }
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return new NaiveImage(
                lengthBytes,
                "scrubjay1:" + HexFormat.of().formatHex(digest.digest()),
                (lengthBytes + CLUSTER_BYTES - 1) / CLUSTER_BYTES,
                zeroClusters,
                zeroBytes,
                dataChunks);
    }

    /** A file's digest as the API writes it. */
    static String sourceDigest(String algorithm, Path file) {
        return algorithm + ":" + HexFormat.of().formatHex(rawDigest(algorithm, file));
    }

    /** A file's digest by {@code sha-256} or {@code sha-512}. */
    static byte[] rawDigest(String algorithm, Path file) {
        MessageDigest digest = digest(algorithm);
        byte[] buffer = new byte[CHUNK_BYTES];
        try (InputStream input = Files.newInputStream(file)) {
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return digest.digest();
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
