package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The bytes by which a form is known.
 *
 * @param form what it is, for people
 * @param layer whether it is a compression or a disk format
 * @param offset where the bytes stand
 * @param hex the bytes
 */
record Magic(String form, Layer layer, int offset, String hex) {
    enum Layer {
        COMPRESSION,
        FORMAT
    }

    /** How many first bytes of a file decide. */
    static final int BYTES_NEEDED = 72;

    private static final List<Magic> KNOWN = List.of(
            new Magic("gzip", Layer.COMPRESSION, 0, "1f8b08"),
            new Magic("xz", Layer.COMPRESSION, 0, "fd377a585a00"),
            new Magic("zstd", Layer.COMPRESSION, 0, "28b52ffd"),
            new Magic("bzip2", Layer.COMPRESSION, 0, ascii("BZh")),
            new Magic("lz4", Layer.COMPRESSION, 0, "04224d18"),
            new Magic("qcow2", Layer.FORMAT, 0, "514649fb"),
            new Magic("QED", Layer.FORMAT, 0, "51454400"),
            new Magic("VMDK", Layer.FORMAT, 0, ascii("KDMV")),
            new Magic("VMDK", Layer.FORMAT, 0, ascii("COWD")),
            new Magic("VMDK descriptor", Layer.FORMAT, 0, ascii("# Disk DescriptorFile")),
            new Magic("VHDX", Layer.FORMAT, 0, ascii("vhdxfile")),
            new Magic("VHD", Layer.FORMAT, 0, ascii("conectix")),
            new Magic("VDI", Layer.FORMAT, 64, "7f10dabe"),
            new Magic("Parallels", Layer.FORMAT, 0, ascii("WithoutFreeSpace")),
            new Magic("Parallels", Layer.FORMAT, 0, ascii("WithouFreSpacExt")));

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The first known form of this layer that the bytes from position on show. */
    static Optional<Magic> find(ByteBuffer first, Layer layer) {
        return KNOWN.stream()
                .filter(magic -> magic.layer == layer && magic.matches(first))
                .findFirst();
    }

    private boolean matches(ByteBuffer first) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (first.remaining() < offset + bytes.length) {
            return false;
        }
        return first.slice(first.position() + offset, bytes.length).mismatch(ByteBuffer.wrap(bytes)) < 0;
    }
}
