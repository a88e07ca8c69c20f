// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The bytes by which a form is recognised.
 *
 * @param form what it is, for people
 * @param layer what kind of form it is
 * @param offset the position of the bytes
 * @param hex the bytes
 * @param advice what to send instead
 */
record Magic(String form, Layer layer, int offset, String hex, String advice) {
    /** The kind of a form: a compression is looked for in a stream as it was sent, the others in a file. */
    enum Layer {
        COMPRESSION,
        FORMAT,
        ARCHIVE
    }

    /** How many bytes at the beginning of a file decide, and how many at its end. */
    static final int BYTES_NEEDED = 512;

    private static final String UNPACK = "unpack it and send the disk image inside";
    /**
     * The sixteen kinds of skippable frames differ in the low half of their first byte. LZ4 has the same ones, which its
     * tools do not write: the decompressor tells what follows them.
     */
    private static final int SKIPPABLE_FRAMES = 16;

    /** Of any version from 2 on. */
    static final Magic QCOW2 = format("qcow2", 0, "514649fb");

    private static final List<Magic> KNOWN = known();

    private static List<Magic> known() {
        List<Magic> known = new ArrayList<>(List.of(
                compression("gzip", "1f8b08", "gunzip -c"),
                compression("xz", "fd377a585a00", "xz -dc"),
                compression("zstd", "28b52ffd", "zstd -dc"),
                compression("bzip2", ascii("BZh"), "bzip2 -dc"),
                compression("lz4", "04224d18", "lz4 -dc"),
                compression("lz4 (its legacy frame)", "02214c18", "lz4 -dc"),
                compression("lzop", "894c5a4f000d0a1a0a", "lzop -dc"),
                compression("lzip", ascii("LZIP"), "lzip -dc"),
                compression("compress (.Z)", "1f9d", "gunzip -c"),
                // ORDER: version 1 before any version.
                format("qcow version 1", 0, "514649fb00000001"),
                QCOW2,
                format("QED", 0, "51454400"),
                format("VMDK", 0, ascii("KDMV")),
                format("VMDK", 0, ascii("COWD")),
                new Magic("a VMDK descriptor", Layer.FORMAT, 0, ascii("# Disk DescriptorFile"), Advice.DESCRIPTOR),
                format("VHDX", 0, ascii("vhdxfile")),
                format("VHD", 0, ascii("conectix")),
                format("VDI", 64, "7f10dabe"),
                format("Parallels", 0, ascii("WithoutFreeSpace")),
                format("Parallels", 0, ascii("WithouFreSpacExt")),
                new Magic("an Android sparse image", Layer.FORMAT, 0, "3aff26ed", Advice.SPARSE),
                archive("a tar archive, as an OVA is", 257, ascii("ustar"), Advice.TAR),
                archive("a zip archive", 0, "504b0304", "send what is inside: 'unzip -p FILE | curl -T - URL'"),
                archive("an empty zip archive", 0, "504b0506", UNPACK),
                archive("a zip archive in parts", 0, "504b0708", UNPACK),
                archive("a 7z archive", 0, "377abcaf271c", UNPACK),
                archive("a RAR archive", 0, "526172211a07", UNPACK),
                archive("a cpio archive", 0, ascii("07070"), UNPACK),
                archive("an ar archive", 0, "213c617263683e0a", UNPACK),
                archive("a Windows image (WIM)", 0, "4d5357494d000000", UNPACK)));
        for (int frame = 0; frame < SKIPPABLE_FRAMES; frame++) {
            String first = HexFormat.of().toHexDigits((byte) (0x50 + frame));
            known.add(compression("zstd", first + "2a4d18", "zstd -dc"));
        }
        return List.copyOf(known);
    }

    /** The forms that are recognised by the last 512 bytes of a file. */
    private static final List<Magic> KNOWN_ENDS = List.of(
            new Magic(
                    "a fixed VHD: its last 512 bytes are a footer", Layer.FORMAT, 0, ascii("conectix"), Advice.CONVERT),
            new Magic("an Apple disk image", Layer.FORMAT, 0, ascii("koly"), Advice.CONVERT));

    private static Magic compression(String form, String hex, String command) {
        return new Magic(form, Layer.COMPRESSION, 0, hex, Advice.unpack(command));
    }

    private static Magic format(String form, int offset, String hex) {
        return new Magic(form, Layer.FORMAT, offset, hex, Advice.CONVERT);
    }

    private static Magic archive(String form, int offset, String hex, String advice) {
        return new Magic(form, Layer.ARCHIVE, offset, hex, advice);
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The first known form of this layer that the bytes from the position on match. */
    static Optional<Magic> find(ByteBuffer first, Layer layer) {
        return KNOWN.stream()
                .filter(magic -> magic.layer == layer && magic.matches(first))
                .findFirst();
    }

    /** The form of a file that ends with these bytes, if it is known by its end. */
    static Optional<Magic> findAtEnd(ByteBuffer last) {
        return KNOWN_ENDS.stream().filter(magic -> magic.matches(last)).findFirst();
    }

    /** The compression, if the agent can undo it. */
    Optional<Compression> compression() {
        return layer == Layer.COMPRESSION ? Compression.ofWireName(form) : Optional.empty();
    }

    private boolean matches(ByteBuffer first) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (first.remaining() < offset + bytes.length) {
            return false;
        }
        return first.slice(first.position() + offset, bytes.length).mismatch(ByteBuffer.wrap(bytes)) < 0;
    }
}
