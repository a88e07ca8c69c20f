// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.ZstdVersion;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Compresses clusters of a qcow2 file, each to a zstd frame of its own. The same clusters always become the same frames.
 * Holds memory outside the heap until closed. Confined to one thread at a time.
 */
final class ZstdFrames implements AutoCloseable {
    /** Compresses a program file twice as fast as QEMU's level 3, to 2% more bytes: ADR 24. */
    private static final int LEVEL = 1;

    /** What the frames depend on besides the clusters. */
    static final String FORM = "zstd " + ZstdVersion.VERSION + " level " + LEVEL;

    private final int roomBytes = Math.toIntExact(Zstd.compressBound(HostPlaces.CLUSTER_BYTES));
    private final ZstdCompressCtx context =
            new ZstdCompressCtx().setLevel(LEVEL).setChecksum(false).setContentSize(true);
    private ByteBuffer room = ByteBuffer.allocateDirect(0);

    /**
     * Compresses some clusters.
     *
     * @param clusters direct buffers of a whole cluster each
     * @return for each cluster its frame, which is valid until the next call, or the cluster itself if the frame is not
     *     smaller
     */
    List<ByteBuffer> of(List<ByteBuffer> clusters) {
        if (room.capacity() < clusters.size() * roomBytes) {
            room = ByteBuffer.allocateDirect(clusters.size() * roomBytes);
        }
        List<ByteBuffer> frames = new ArrayList<>(clusters.size());
        for (int i = 0; i < clusters.size(); i++) {
            ByteBuffer cluster = clusters.get(i);
            int bytes = context.compressDirectByteBuffer(
                    room, i * roomBytes, roomBytes, cluster, 0, HostPlaces.CLUSTER_BYTES);
            frames.add(bytes < HostPlaces.CLUSTER_BYTES ? room.slice(i * roomBytes, bytes) : cluster);
        }
        return frames;
    }

    /** Frees the memory. Closing twice is harmless. */
    @Override
    public void close() {
        context.close();
    }
}
