// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** {@link Packing#DEFLATE}: each cluster is one stream of RFC 1951, without a zlib header. */
final class DeflateUnpacker implements Unpacker {
    private final Inflater inflater = new Inflater(true);
    private final byte[] tooMuch = new byte[1];

    @Override
    public int unpack(byte[] packed, int length, byte[] cluster) throws DataFormatException {
        inflater.reset();
        inflater.setInput(packed, 0, length);
        int filled = 0;
        int count = inflater.inflate(cluster);
        while (count > 0 && filled + count < cluster.length) {
            filled += count;
            count = inflater.inflate(cluster, filled, cluster.length - filled);
        }
        filled += count;
        // The end of a stream may be read only when there is room for more.
        if (!inflater.finished() && inflater.inflate(tooMuch) > 0) {
            throw new DataFormatException("it inflates to more than a cluster");
        }
        if (!inflater.finished()) {
            throw new DataFormatException("its compressed bytes do not end in its sectors");
        }
        if (filled < cluster.length) {
            throw new DataFormatException("it inflates to " + filled + " bytes, not to a cluster");
        }
        return Math.toIntExact(inflater.getBytesRead());
    }

    @Override
    public void close() {
        inflater.end();
    }
}
