package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * What the sender said of the form of an image; what was left open is decided by the first bytes.
 *
 * @param format the disk format, or empty for {@code auto}
 * @param compression the compression, or empty for {@code auto}
 */
public record SourceForm(Optional<ImageFormat> format, Optional<Compression> compression) {
    /** How many first bytes, or all of a shorter file, {@link #decide} needs. */
    public static final int BYTES_NEEDED = Magic.BYTES_NEEDED;

    /** Everything by its first bytes. */
    public static final SourceForm AUTO = new SourceForm(Optional.empty(), Optional.empty());

    public SourceForm {
        Objects.requireNonNull(format);
        Objects.requireNonNull(compression);
    }

    /** What is to be done with a file. */
    public sealed interface Decision {
        /** Its bytes are the disk's bytes. */
        record TakeRaw() implements Decision {}

        /**
         * It needs a decoder that is not there.
         *
         * @param form what it is, for people
         */
        record Unsupported(String form) implements Decision {}
    }

    /**
     * Decides what a file is that begins with these bytes; position and limit are not changed. A recognised form is
     * taken for raw only if the sender said so: {@code format=raw} for a disk format, {@code compression=none} for a
     * compressed file.
     */
    public Decision decide(ByteBuffer first) {
        Optional<String> compressed = compression.isPresent()
                ? compression.filter(said -> said != Compression.NONE).map(Compression::wireName)
                : Magic.find(first, Magic.Layer.COMPRESSION).map(Magic::form);
        if (compressed.isPresent()) {
            return new Decision.Unsupported(compressed.get());
        }
        Optional<String> formatted = format.isPresent()
                ? format.filter(said -> said != ImageFormat.RAW).map(ImageFormat::wireName)
                : Magic.find(first, Magic.Layer.FORMAT).map(Magic::form);
        if (formatted.isPresent()) {
            return new Decision.Unsupported(formatted.get());
        }
        return new Decision.TakeRaw();
    }
}
