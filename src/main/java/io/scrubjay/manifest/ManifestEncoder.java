package io.scrubjay.manifest;

import java.nio.ByteBuffer;

/**
 * Gives a manifest's stored bytes, piece by piece, without holding them all. The same manifest always has the same
 * bytes. Confined to one thread.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ManifestEncoder {
    private final long totalBytes;

    public ManifestEncoder(Manifest manifest) {
        totalBytes = manifest.leaves().packedBytes();
    }

    /** How many bytes there are in all. */
    public long totalBytes() {
        return totalBytes;
    }

    /** Puts the next bytes into the target, until it is full or all have been given; returns how many. */
    public int encode(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }
}
