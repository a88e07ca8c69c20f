package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A file to make a pool on: full of {@code 0xDD}, as a used disk is, but for what a blank one must have at both ends. */
final class TestDevice {
    static final int CLUSTER_BYTES = 1 << 20;
    static final byte STALE = (byte) 0xDD;

    private TestDevice() {}

    /** A file that has room for so many clusters of data beside what SPDK needs for itself. */
    static Path make(Path directory, int dataClusters) {
        Path file = directory.resolve("device");
        try (RandomAccessFile device = new RandomAccessFile(file.toFile(), "rw")) {
            int clusters = dataClusters + 1;
            device.setLength((long) clusters * CLUSTER_BYTES);
            byte[] stale = new byte[CLUSTER_BYTES];
            Arrays.fill(stale, STALE);
            for (int cluster = 1; cluster < clusters - 1; cluster++) {
                device.seek((long) cluster * CLUSTER_BYTES);
                device.write(stale);
            }
            return file;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The options to open such a pool, and to make it first. */
    static SpdkPool pool(SpdkDevice device) {
        return SpdkPool.on(device).withFormat(FormatPolicy.IF_BLANK);
    }
}
