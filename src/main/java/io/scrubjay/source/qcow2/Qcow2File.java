// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Turns a disk into a qcow2 file, front to back, without keeping it anywhere: {@link #tables} until it returns nothing;
 * then, {@link #passes} times, {@link #disk} for the bytes of the whole disk in order, and {@link #passed}. The bytes
 * that these methods return are the file, one after another. Holds a few mebibytes at most, however large the disk is.
 *
 * <p>One call at a time, by any thread; nothing waits. {@link #close} may be called meanwhile.
 */
public interface Qcow2File extends AutoCloseable {
    /** A file without compression. */
    static Qcow2File plain(Qcow2Layout layout) {
        return new PlainWriter(layout);
    }

    /**
     * A file with zstd-compressed clusters.
     *
     * @param workers compress
     */
    static Qcow2File zstd(Qcow2Layout layout, Executor workers) {
        return new ZstdWriter(layout, workers);
    }

    /** How large the file becomes, if that is known beforehand. */
    OptionalLong lengthBytes();

    /** How often the whole disk is needed. */
    int passes();

    /** The next bytes of the file, made without the disk; empty once there are no more. */
    List<ByteBuffer> tables();

    /** Whether {@link #disk} does next to nothing with so many bytes of the disk: it neither compresses nor scans them. */
    boolean isQuick(long offset, int bytes);

    /**
     * The bytes of the file that follow from these bytes of the disk, perhaps none. Bytes that are known to be zeroes
     * may be left out.
     *
     * @param offset of the first byte on the disk, a multiple of 64 KiB
     * @param bytes a direct buffer, from 0 to its limit; a multiple of 64 KiB except at the end of the disk. They must
     *     stay as they are until the result has been sent: it may contain slices of them
     * @return fails with {@link IllegalStateException} when the disk has data where the layout has none: the file must
     *     not be completed
     */
    CompletionStage<List<ByteBuffer>> disk(long offset, ByteBuffer bytes);

    /**
     * The bytes of the file that follow from the end of a pass over the disk, perhaps none.
     *
     * @throws IllegalStateException when some of the disk's data did not come, or not as in an earlier pass: the file
     *     must not be completed
     */
    List<ByteBuffer> passed();

    /** Frees memory outside the heap, once no worker uses it. Closing twice is harmless. */
    @Override
    void close();
}
