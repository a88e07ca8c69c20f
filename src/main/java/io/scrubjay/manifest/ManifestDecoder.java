package io.scrubjay.manifest;

import java.nio.ByteBuffer;

/**
 * Takes a manifest's stored bytes piece by piece and gives the manifest. Trusts nothing: memory grows with the bytes
 * that really came, never with a number they claim. Confined to one thread.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ManifestDecoder {
    /**
     * Takes bytes from the source's position on, up to the manifest's end; what lies behind the end is left there.
     *
     * @throws ManifestDamaged as soon as the bytes cannot become a manifest; the decoder is then of no further use
     */
    public void decode(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    /** Whether all bytes have come. */
    public boolean isComplete() {
        throw new UnsupportedOperationException();
    }

    /**
     * The manifest.
     *
     * @throws ManifestDamaged when bytes are missing
     */
    public Manifest finish() {
        throw new UnsupportedOperationException();
    }
}
