// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import java.util.zip.DataFormatException;

/**
 * {@link Packing#ZSTD}: each cluster is one or several zstd frames (RFC 8878). A frame is decompressed at once, straight
 * into the cluster, so that no memory is needed for its window, however large it says that this is.
 */
final class ZstdUnpacker implements Unpacker {
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    @Override
    public int unpack(byte[] packed, int length, byte[] cluster) throws DataFormatException {
        int taken = 0;
        int filled = 0;
        while (filled < cluster.length) {
            if (taken == length) {
                throw new DataFormatException("it decompresses to " + filled + " bytes, not to a cluster");
            }
            try {
                int frame = Math.toIntExact(Zstd.findFrameCompressedSize(packed, taken, length - taken));
                filled += context.decompressByteArray(cluster, filled, cluster.length - filled, packed, taken, frame);
                taken += frame;
            } catch (ZstdException failed) {
                DataFormatException why = new DataFormatException("zstd reports: " + failed.getMessage());
                why.initCause(failed);
                throw why;
            }
        }
        return taken;
    }

    @Override
    public void close() {
        context.close();
    }
}
