// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * What the sender said about the form of an image; the first bytes decide the rest: those that were sent decide on the
 * compression, and those of the file on its format.
 *
 * @param format the disk format, or empty for {@code auto}
 * @param compression the compression, or empty for {@code auto}
 */
public record SourceForm(Optional<ImageFormat> format, Optional<Compression> compression) {
    /**
     * How many bytes from the beginning of a stream {@link #decide} and {@link #unpack} need; of a shorter one, all of
     * it. If a file begins with blanks, {@code decide} looks at more bytes, if there are any.
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

    /** The decision what to do with a stream as it was sent. */
    public sealed interface Unpacking permits Unpack, Unsupported {}

    /** The decision what to do with a file. */
    public sealed interface Decision permits TakeRaw, ReadQcow2, Unsupported, NoDisk {}

    /**
     * Decompress it to get the file.
     *
     * @param compression {@code NONE} if the stream is the file
     */
    public record Unpack(Compression compression) implements Unpacking {}

    /** The file's bytes are the disk's bytes. */
    public record TakeRaw() implements Decision {}

    /** The disk is in a qcow2 file. */
    public record ReadQcow2() implements Decision {}

    /**
     * It would need a decoder that the agent does not have.
     *
     * @param form what it is, for people
     * @param advice what to send instead, for people
     */
    public record Unsupported(String form, String advice) implements Unpacking, Decision {}

    /**
     * It is a text, not a disk.
     *
     * @param form what it is, for people
     * @param advice what to send instead, for people
     */
    public record NoDisk(String form, String advice) implements Decision {}

    /**
     * Whether the sender said that the disk is exactly what is sent, so that nothing is recognised in it: the stream is
     * then not longer than the disk.
     */
    public boolean isPlain() {
        return format.filter(said -> said == ImageFormat.RAW).isPresent()
                && compression.filter(said -> said == Compression.NONE).isPresent();
    }

    /**
     * Decides what to do with a stream that begins with these bytes; position and limit are not changed. Without a word
     * of the sender, the bytes decide. If they are those of a compression although the sender said that there is none,
     * only {@code format=raw} makes it a disk as it is: the other word alone may be one that a script always sends.
     */
    public Unpacking unpack(ByteBuffer first) {
        if (isPlain()) {
            return new Unpack(Compression.NONE);
        }
        if (compression.isPresent() && compression.get() != Compression.NONE) {
            return new Unpack(compression.get());
        }
        return Magic.find(first, Magic.Layer.COMPRESSION)
                .map(this::unpack)
                .or(() -> Lzma.begins(first) ? Optional.of(packed("lzma", Lzma.ADVICE)) : Optional.empty())
                .orElseGet(() -> new Unpack(Compression.NONE));
    }

    private Unpacking unpack(Magic magic) {
        return magic.compression()
                .filter(known -> compression.isEmpty())
                .<Unpacking>map(Unpack::new)
                .orElseGet(() -> packed(magic.form(), magic.advice()));
    }

    /** The decision for a stream that is compressed, but not to be decompressed. */
    private Unpacking packed(String what, String advice) {
        if (compression.isPresent()) {
            return new Unsupported(what, Advice.orKeepCompressed(advice, "format=raw"));
        }
        return new Unsupported(what, format.isPresent() ? Advice.orKeepCompressed(advice, "compression=none") : advice);
    }

    /**
     * Decides what to do with a file that begins with these bytes; position and limit are not changed. A recognised form
     * is stored as raw only if the sender said so. A file that was compressed may be compressed again inside; that is
     * recognised, too.
     */
    public Decision decide(ByteBuffer first) {
        if (format.isPresent()) {
            return switch (format.get()) {
                case RAW -> new TakeRaw();
                case QCOW2 -> new ReadQcow2();
            };
        }
        return Magic.find(first, Magic.Layer.FORMAT)
                .or(() -> Magic.find(first, Magic.Layer.ARCHIVE))
                .map(SourceForm::formatted)
                .or(() -> compressedAgain(first))
                .or(() -> oldTar(first))
                .or(() -> TextForm.find(first).map(SourceForm::refused))
                .orElseGet(TakeRaw::new);
    }

    private static Optional<Decision> compressedAgain(ByteBuffer first) {
        return Magic.find(first, Magic.Layer.COMPRESSION)
                .map(SourceForm::unsupported)
                .or(() -> Lzma.begins(first) ? Optional.of(new Unsupported("lzma", Lzma.ADVICE)) : Optional.empty());
    }

    /**
     * Decides again by the last bytes, after the whole file has been received: some forms have their magic there.
     * Otherwise like {@link #decide}.
     */
    public Decision decideAtEnd(ByteBuffer last) {
        return format.isPresent()
                ? new TakeRaw()
                : Magic.findAtEnd(last).map(SourceForm::unsupported).orElseGet(TakeRaw::new);
    }

    private static Decision formatted(Magic magic) {
        return magic.equals(Magic.QCOW2) ? new ReadQcow2() : unsupported(magic);
    }

    private static Decision unsupported(Magic magic) {
        return new Unsupported(magic.form(), magic.advice());
    }

    private static Decision refused(TextForm text) {
        return switch (text.kind()) {
            case TEXT -> new NoDisk(text.form(), text.advice());
            case ENVELOPE -> new Unsupported(text.form(), text.advice());
        };
    }

    private static Optional<Decision> oldTar(ByteBuffer first) {
        return OldTar.begins(first)
                ? Optional.of(new Unsupported("a tar archive in the old format without magic bytes", Advice.TAR))
                : Optional.empty();
    }
}
