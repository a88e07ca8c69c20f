// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SplittableRandom;

/** What an upload of 16 TiB holds in the heap, and then a reader of its manifest: run in a process of its own with little heap. */
final class LeafHeapMain {
    private static final long LENGTH_BYTES = 16L << 40;
    /** 1 TiB of data in all, scattered so that no two chunks of it are neighbours. */
    private static final long CHUNKS_BETWEEN = 16;

    private LeafHeapMain() {}

    public static void main(String[] arguments) {
        Manifest manifest = sealed();
        ManifestEncoder encoder = new ManifestEncoder(manifest);
        ManifestDecoder decoder = new ManifestDecoder();
        ByteBuffer piece = ByteBuffer.allocate(1 << 20);
        while (encoder.encode(piece.clear()) > 0) {
            decoder.decode(piece.flip());
        }
        Manifest decoded = decoder.finish();
        System.out.println(decoded.leaves().count() + " leaves, "
                + (decoded.contentDigest().equals(manifest.contentDigest()) ? "as stored" : "others"));
    }

    /** The leaves of the stream are held while those are collected that are read back. */
    private static Manifest sealed() {
        LeafTable sent = leaves();
        Digest readBack = leaves().contentDigest(LENGTH_BYTES);
        if (!sent.contentDigest(LENGTH_BYTES).equals(readBack)) {
            throw new IllegalStateException("read back is not what was sent");
        }
        return Samples.manifest(Samples.ID, LENGTH_BYTES, new Random(1), sent);
    }

    private static LeafTable leaves() {
        LeafCollector collector = new LeafCollector();
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer bytes = ByteBuffer.allocate(Leaf.BYTES);
        for (long chunk = 0; chunk < LENGTH_BYTES >> 20; chunk += CHUNKS_BETWEEN) {
            random.nextBytes(bytes.array());
            collector.add(chunk, Leaf.at(bytes, 0));
        }
        return collector.finish();
    }
}
