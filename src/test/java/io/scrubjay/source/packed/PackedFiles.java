// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import com.github.luben.zstd.ZstdOutputStream;
import io.scrubjay.source.Compression;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Compressed files, made without a tool. */
public final class PackedFiles {
    private PackedFiles() {}

    /** One stream with these bytes. */
    public static byte[] of(Compression compression, byte[] file) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream packing = packing(compression, packed)) {
            packing.write(file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    /** A file of so many zeroes, a multiple of a mebibyte. */
    public static byte[] ofZeroes(Compression compression, long mebibytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] zeroes = new byte[1 << 20];
        try (OutputStream packing = packing(compression, packed)) {
            for (long at = 0; at < mebibytes; at++) {
                packing.write(zeroes);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    private static OutputStream packing(Compression compression, OutputStream target) throws IOException {
        return switch (compression) {
            case NONE -> target;
            case GZIP -> new GZIPOutputStream(target);
            case XZ -> new XZOutputStream(target, new LZMA2Options(1));
            case ZSTD -> new ZstdOutputStream(target).setChecksum(true);
        };
    }
}
