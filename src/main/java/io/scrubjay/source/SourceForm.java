// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * What the sender said about the form of an image; the first bytes decide the rest.
 *
 * @param format the disk format, or empty for {@code auto}
 * @param compression the compression, or empty for {@code auto}
 */
public record SourceForm(Optional<ImageFormat> format, Optional<Compression> compression) {
    /**
     * How many bytes from the beginning of a file {@link #decide} needs; for a shorter file, all of it. If the file
     * begins with blanks, it looks at more bytes, if there are any.
     */
    public static final int BYTES_NEEDED = Magic.BYTES_NEEDED;

    /** The first bytes decide everything. */
    public static final SourceForm AUTO = new SourceForm(Optional.empty(), Optional.empty());

    public SourceForm {
        Objects.requireNonNull(format);
        Objects.requireNonNull(compression);
    }

    /** How many bytes from the end of a file {@link #decideAtEnd} needs; for a shorter file, all of it. */
    public static final int LAST_BYTES_NEEDED = Magic.BYTES_NEEDED;

    /** The decision what to do with a file. */
    public sealed interface Decision {
        /** Its bytes are the disk's bytes. */
        record TakeRaw() implements Decision {}

        /**
         * It would need a decoder that the agent does not have.
         *
         * @param form what it is, for people
         * @param advice what to send instead, for people
         */
        record Unsupported(String form, String advice) implements Decision {}

        /**
         * It is a text, not a disk.
         *
         * @param form what it is, for people
         * @param advice what to send instead, for people
         */
        record NoDisk(String form, String advice) implements Decision {}
    }

    /**
     * Decides what to do with a file that begins with these bytes; position and limit are not changed. A recognised
     * form is stored as raw only if the sender said so: {@code format=raw} for a disk format, an archive or a text; for
     * a compressed file {@code compression=none} as well. For a compressed file, one alone is not enough: with
     * {@code format=raw} the disk may be raw but meant to be unpacked, and with {@code compression=none} alone the
     * sender is wrong.
     */
    public Decision decide(ByteBuffer first) {
        return compression
                .filter(said -> said != Compression.NONE)
                .map(SourceForm::packed)
                .or(() -> isSaidRaw() && compression.isPresent() ? Optional.empty() : compressed(first))
                .or(() -> formatted(first))
                .orElseGet(Decision.TakeRaw::new);
    }

    private boolean isSaidRaw() {
        return format.filter(said -> said == ImageFormat.RAW).isPresent();
    }

    private Optional<Decision> compressed(ByteBuffer first) {
        return Magic.find(first, Magic.Layer.COMPRESSION)
                .map(magic -> compressed(magic.form(), magic.advice()))
                .or(() -> lzma(first));
    }

    private Optional<Decision> formatted(ByteBuffer first) {
        if (format.isPresent()) {
            return format.filter(said -> said != ImageFormat.RAW)
                    .map(said -> new Decision.Unsupported(said.wireName(), Advice.CONVERT));
        }
        return Magic.find(first, Magic.Layer.FORMAT)
                .or(() -> Magic.find(first, Magic.Layer.ARCHIVE))
                .map(SourceForm::unsupported)
                .or(() -> oldTar(first))
                .or(() -> TextForm.find(first).map(SourceForm::refused));
    }

    /**
     * Decides again by the last bytes, after the whole file has been received: some forms have their magic there.
     * Otherwise like {@link #decide}.
     */
    public Decision decideAtEnd(ByteBuffer last) {
        return format.isPresent()
                ? new Decision.TakeRaw()
                : Magic.findAtEnd(last).map(SourceForm::unsupported).orElseGet(Decision.TakeRaw::new);
    }

    private static Decision unsupported(Magic magic) {
        return new Decision.Unsupported(magic.form(), magic.advice());
    }

    private static Decision refused(TextForm text) {
        return switch (text.kind()) {
            case TEXT -> new Decision.NoDisk(text.form(), text.advice());
            case ENVELOPE -> new Decision.Unsupported(text.form(), text.advice());
        };
    }

    private static Decision packed(Compression said) {
        return new Decision.Unsupported(said.wireName(), Advice.unpack(said.wireName() + " -dc"));
    }

    private Optional<Decision> lzma(ByteBuffer first) {
        return Lzma.begins(first) ? Optional.of(compressed("lzma", Lzma.ADVICE)) : Optional.empty();
    }

    /** The decision for a compressed file that the sender did not ask to store compressed. */
    private Decision compressed(String what, String advice) {
        if (isSaidRaw()) {
            return new Decision.Unsupported(what, Advice.orKeepCompressed(advice, "compression=none"));
        }
        return new Decision.Unsupported(
                what, compression.isPresent() ? Advice.orKeepCompressed(advice, "format=raw") : advice);
    }

    private static Optional<Decision> oldTar(ByteBuffer first) {
        return OldTar.begins(first)
                ? Optional.of(
                        new Decision.Unsupported("a tar archive in the old format without magic bytes", Advice.TAR))
                : Optional.empty();
    }
}
