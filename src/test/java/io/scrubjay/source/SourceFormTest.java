// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** Which files are taken for raw disks. */
class SourceFormTest {
    private static final SourceForm SAID_RAW =
            new SourceForm(Optional.of(ImageFormat.RAW), Optional.of(Compression.NONE));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|1f8b08|gzip|gunzip -c",
                "0|fd377a585a00|xz|xz -dc",
                "0|28b52ffd|zstd|zstd -dc",
                "0|502a4d18|zstd|zstd -dc",
                "0|5f2a4d18|zstd|zstd -dc",
                "0|02214c18|lz4|lz4 -dc",
                "0|894c5a4f000d0a1a0a|lzop|lzop -dc",
                "0|5d00008000ffffffffffffffff|lzma|--format=lzma",
                "0|5d000000010f27000000000000|lzma|--format=lzma",
                "0|514649fb00000001|qcow version 1|qemu-img convert",
                "0|76686478|none|",
                "0|7668647866696c65|VHDX|qemu-img convert",
                "64|7f10dabe|VDI|qemu-img convert",
                "257|7573746172003030|tar|tar -xf",
                "257|7573746172202000|tar|tar -xf",
                "0|504b0304|zip|unzip -p",
                "0|377abcaf271c|7z|unpack",
                "0|5d000000|none|",
                "0|5d00000300ffffffffffffffff|lzma|--format=lzma",
                "0|5d00000500ffffffffffffffff|none|",
                "0|eb6390000000000000000000|none|",
            })
    void aKnownFormIsNamedWithTheCommandThatConvertsIt(int offset, String hex, String form, String command) {
        // Given
        byte[] file = new byte[4096];
        byte[] magic = HexFormat.of().parseHex(hex);
        System.arraycopy(magic, 0, file, offset, magic.length);

        // When
        SourceForm.Decision decision = SourceForm.AUTO.decide(ByteBuffer.wrap(file));

        // Then
        if (form.equals("none")) {
            assertThat(decision).isEqualTo(new SourceForm.TakeRaw());
        } else {
            assertThat(decision).isInstanceOf(SourceForm.Unsupported.class);
            SourceForm.Unsupported unsupported = (SourceForm.Unsupported) decision;
            assertThat(unsupported.form()).contains(form);
            assertThat(unsupported.advice()).contains(command).doesNotContain("format=raw");
        }
        assertThat(SAID_RAW.decide(ByteBuffer.wrap(file))).isEqualTo(new SourceForm.TakeRaw());
    }

    /** What {@code tar --format=v7} writes before a file of this name and mode. */
    private static byte[] oldTar(String name, String mode) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, mode);
        put(header, 108, "0000000\0" + "0000000\0" + "00000005670\0" + "15212345670\0" + "        ");
        int sum = 0;
        for (byte one : header) {
            sum += Byte.toUnsignedInt(one);
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return Arrays.copyOf(header, 4096);
    }

    private static void put(byte[] target, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    @Test
    void anArchiveWithoutAMagicIsKnownByTheSumOfItsHeader() {
        // Given
        ByteBuffer file = ByteBuffer.wrap(oldTar("d\u00fcsk.raw", "0000644\0"));

        // When
        SourceForm.Decision decision = SourceForm.AUTO.decide(file);

        // Then
        assertThat(decision)
                .isInstanceOfSatisfying(
                        SourceForm.Unsupported.class,
                        found -> assertThat(found.form() + found.advice()).contains("tar archive", "tar -xf"));
        assertThat(SAID_RAW.decide(file)).isEqualTo(new SourceForm.TakeRaw());
    }

    @Test
    void aDiskWhoseSumIsAnotherIsNoArchive() {
        // Given
        byte[] changed = oldTar("disk.raw", "0000644\0");
        changed[500] = 1;
        byte[] nameless = oldTar("", "0000644\0");
        byte[] modeless = oldTar("disk.raw", "rw-r--r-");

        // Then
        for (byte[] disk : new byte[][] {changed, nameless, modeless, new byte[512], new byte[511]}) {
            assertThat(SourceForm.AUTO.decide(ByteBuffer.wrap(disk))).isEqualTo(new SourceForm.TakeRaw());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1f8b08, GZIP",
        "fd377a585a00, XZ",
        "28b52ffd, ZSTD",
        "502a4d18, ZSTD",
        "5f2a4d18, ZSTD",
        "1f8b, NONE",
        "514649fb, NONE",
        "00, NONE",
        "'', NONE",
    })
    void firstBytesDecideOnTheCompressionWhateverIsSaidOfTheFormat(String hex, Compression compression) {
        // Given
        ByteBuffer sent = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        SourceForm raw = new SourceForm(Optional.of(ImageFormat.RAW), Optional.empty());

        // When
        SourceForm.Unpacking decision = SourceForm.AUTO.unpack(sent);

        // Then
        assertThat(decision).isEqualTo(new SourceForm.Unpack(compression));
        assertThat(raw.unpack(sent)).isEqualTo(decision);
        assertThat(sent.position()).isZero();
        assertThat(SAID_RAW.unpack(sent)).isEqualTo(new SourceForm.Unpack(Compression.NONE));
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void compressionThatIsSaidIsTakenWhateverTheFirstBytesAre(Compression said) {
        // Given
        SourceForm form = new SourceForm(Optional.empty(), Optional.of(said));

        // When
        SourceForm.Unpacking decision = form.unpack(ByteBuffer.wrap(new byte[512]));

        // Then
        assertThat(decision).isEqualTo(new SourceForm.Unpack(said));
    }

    @ParameterizedTest
    @ValueSource(strings = {"425a68", "04224d18", "5d00008000ffffffffffffffff"})
    void compressionThatIsNotSupportedIsNamedWithWhatKeepsItAsItIs(String hex) {
        // Given
        SourceForm raw = new SourceForm(Optional.of(ImageFormat.RAW), Optional.empty());
        ByteBuffer sent = ByteBuffer.wrap(HexFormat.of().parseHex(hex));

        // When
        SourceForm.Unpacking decision = SourceForm.AUTO.unpack(sent);

        // Then
        assertThat(decision)
                .isInstanceOfSatisfying(
                        SourceForm.Unsupported.class,
                        found -> assertThat(found.advice()).contains("curl -T").doesNotContain("compression=none"));
        assertThat(raw.unpack(sent))
                .isInstanceOfSatisfying(
                        SourceForm.Unsupported.class,
                        found -> assertThat(found.advice()).contains("curl -T", "'compression=none'"));
    }

    /** It may be what a script always sends: the bytes say otherwise. */
    @ParameterizedTest
    @ValueSource(strings = {"1f8b08", "fd377a585a00", "28b52ffd", "5d00008000ffffffffffffffff"})
    void whoSaysOnlyThatNothingIsCompressedIsToldWhatItIs(String hex) {
        // Given
        SourceForm uncompressed = new SourceForm(Optional.empty(), Optional.of(Compression.NONE));
        ByteBuffer sent = ByteBuffer.wrap(HexFormat.of().parseHex(hex));

        // When
        SourceForm.Unpacking decision = uncompressed.unpack(sent);

        // Then
        assertThat(decision)
                .isInstanceOfSatisfying(
                        SourceForm.Unsupported.class,
                        found -> assertThat(found.advice()).contains("curl -T", "'format=raw'"));
        assertThat(uncompressed.unpack(ByteBuffer.wrap(new byte[512])))
                .isEqualTo(new SourceForm.Unpack(Compression.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
    void aTextMayBeginWithAByteOrderMarkAndManyBlanks(String charset) {
        // Given
        String text = "\ufeff" + " \r\n".repeat(700) + "<!DOCTYPE html>\n<title>Anm\u00e4lan</title>";

        // When
        SourceForm.Decision decision = SourceForm.AUTO.decide(ByteBuffer.wrap(text.getBytes(Charset.forName(charset))));

        // Then
        assertThat(decision).isInstanceOf(SourceForm.NoDisk.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><body>404 Not Found</body></html>",
                "\n  <!DOCTYPE html>\n<title>Log in</title>",
                "\u00ef\u00bb\u00bf<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
                "{\"error\": \"no such file\"}",
                "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
            })
    void aTextIsNoDisk(String text) {
        // When
        ByteBuffer file = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));

        // Then
        assertThat(SourceForm.AUTO.decide(file)).isInstanceOf(SourceForm.NoDisk.class);
        assertThat(SAID_RAW.decide(file)).isEqualTo(new SourceForm.TakeRaw());
    }

    @Test
    void aFileInsideAFormIsNotTakenWithItsEnvelope() {
        // Given
        byte[] file = ("--------------------------c2bf42219b76f0b3\r\nContent-Disposition: form-data; name=\"file\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n\0\1\2")
                .getBytes(StandardCharsets.ISO_8859_1);

        // When
        SourceForm.Decision decision = SourceForm.AUTO.decide(ByteBuffer.wrap(file));

        // Then
        assertThat(decision).isInstanceOf(SourceForm.Unsupported.class);
        assertThat(((SourceForm.Unsupported) decision).advice()).contains("curl -T");
    }

    /** A boot sector may begin with any bytes; what makes a text is that all of its beginning is one. */
    @ParameterizedTest
    @ValueSource(
            strings = {"<a\0", "{\"\0", "--\0\r\nContent-Type:", "version 1", "hello", "<", "{ x", "\u00ff\u00fe<", " "
            })
    void bytesThatOnlyBeginLikeATextAreADisk(String begin) {
        // Given
        byte[] file = begin.getBytes(StandardCharsets.ISO_8859_1);

        // When
        SourceForm.Decision decision = SourceForm.AUTO.decide(ByteBuffer.wrap(Arrays.copyOf(file, 1024)));

        // Then
        assertThat(decision).isEqualTo(new SourceForm.TakeRaw());
    }

    @Test
    void aQcow2FileIsReadUnlessItIsSaidToBeRaw() {
        // Given
        ByteBuffer file = ByteBuffer.allocate(4096).putLong(0, 0x514649fb00000003L);
        // When
        SourceForm.Decision decision = SourceForm.AUTO.decide(file);
        // Then
        assertThat(decision).isEqualTo(new SourceForm.ReadQcow2());
        assertThat(SAID_RAW.decide(file)).isEqualTo(new SourceForm.TakeRaw());
    }

    @Test
    void aFooterIsFoundAtTheEnd() {
        // Given
        byte[] last = Arrays.copyOf("conectix".getBytes(StandardCharsets.US_ASCII), 512);

        // Then
        assertThat(SourceForm.AUTO.decideAtEnd(ByteBuffer.wrap(last)))
                .isInstanceOfSatisfying(
                        SourceForm.Unsupported.class,
                        found -> assertThat(found.form()).contains("fixed VHD"));
        assertThat(SAID_RAW.decideAtEnd(ByteBuffer.wrap(last))).isEqualTo(new SourceForm.TakeRaw());
        assertThat(SourceForm.AUTO.decideAtEnd(ByteBuffer.allocate(512))).isEqualTo(new SourceForm.TakeRaw());
    }
}
