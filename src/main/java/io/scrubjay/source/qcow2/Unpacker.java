// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.util.zip.DataFormatException;

/** Decompresses clusters, each on its own: one kind for each {@link Packing}. Confined to the reader's thread. */
interface Unpacker extends AutoCloseable {
    /**
     * Decompresses one cluster. Its memory does not depend on what the compressed bytes say.
     *
     * @param packed begins with the compressed bytes; there may be others behind them
     * @param length how many bytes of {@code packed} are valid
     * @param cluster is filled to its end
     * @return how many bytes were compressed
     * @throws DataFormatException if they do not decompress to exactly one cluster; its message says why
     */
    int unpack(byte[] packed, int length, byte[] cluster) throws DataFormatException;

    @Override
    void close();
}
