// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import com.github.luben.zstd.Zstd;
import io.scrubjay.image.Image;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import static io.scrubjay.fetch.ScriptedServer.chunked;
import static io.scrubjay.fetch.ScriptedServer.whole;
import static org.assertj.core.api.Assertions.assertThat;

/** Files that are shorter than a sector: which of them can be images. */
class ShortFileTest {
    private static final int SECTOR_BYTES = 512;
    private static final byte[] ZEROES = new byte[SECTOR_BYTES * 3];
    private static final byte[] LITTLE = FetchKit.bytes(39);

    private final FetchKit kit = new FetchKit();
    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void close() {
        server.close();
        kit.close();
    }

    @FunctionalInterface
    private interface Packing {
        OutputStream into(OutputStream packed) throws IOException;
    }

    private static byte[] packed(Packing packing, byte[] file) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream stream = packing.into(packed)) {
            stream.write(file);
        }
        return packed.toByteArray();
    }

    static Stream<Arguments> compressedZeroes() throws IOException {
        return Stream.of(
                Arguments.of(Compression.GZIP, packed(GZIPOutputStream::new, ZEROES)),
                Arguments.of(Compression.XZ, packed(to -> new XZOutputStream(to, new LZMA2Options(0)), ZEROES)),
                Arguments.of(Compression.ZSTD, Zstd.compress(ZEROES)));
    }

    private static IngestOrder said(Optional<ImageFormat> format, Optional<Compression> compression) {
        return FetchKit.order("disk", new SourceForm(format, compression));
    }

    @ParameterizedTest
    @MethodSource("compressedZeroes")
    void aCompressedDiskOfZeroesIsAnImage(Compression compression, byte[] file) {
        // Given
        assertThat(file).hasSizeLessThan(SECTOR_BYTES);
        server.answers(whole(file));
        // When
        Image image = kit.fetch(FetchKit.auto(), server.url("/disk"), Map.of());
        // Then
        kit.requireReady(image, ZEROES);
    }

    @ParameterizedTest
    @MethodSource("compressedZeroes")
    void theSameIsAnImageIfTheClientNamesTheCompression(Compression compression, byte[] file) {
        // Given
        server.answers(chunked(file));
        // When
        Image image = kit.fetch(said(Optional.empty(), Optional.of(compression)), server.url("/disk"), Map.of());
        // Then
        kit.requireReady(image, ZEROES);
    }

    @Test
    void aFileThatWouldBeTheDiskIsNoImage() {
        // Given
        server.answers(whole(LITTLE));
        // When
        Image image =
                kit.fetch(said(Optional.empty(), Optional.of(Compression.NONE)), server.url("/disk?secret"), Map.of());
        // Then
        assertThat(kit.requireFailed(image, Refusal.MALFORMED_IMAGE))
                .contains("only 39 bytes", "\"format\": \"raw\"", server.url("/disk"))
                .doesNotContain("secret");
    }

    @Test
    void aSectorIsAnImage() {
        // Given
        byte[] sector = FetchKit.bytes(SECTOR_BYTES);
        server.answers(whole(sector));
        // When
        Image image = kit.fetch(FetchKit.auto(), server.url("/disk"), Map.of());
        // Then
        kit.requireReady(image, sector);
    }

    @Test
    void aShortFileThatIsNotOfTheNamedCompressionIsNoImage() {
        // Given
        server.answers(whole(LITTLE));
        // When
        Image image = kit.fetch(said(Optional.empty(), Optional.of(Compression.GZIP)), server.url("/disk"), Map.of());
        // Then
        kit.requireFailed(image, Refusal.MALFORMED_IMAGE);
    }

    /** Its reader tells what is wrong with it. */
    @Test
    void theBeginningOfAQcow2FileIsNoImage() {
        // Given
        byte[] header = ByteBuffer.allocate(72)
                .put("QFI".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 0xfb)
                .putInt(2)
                .array();
        server.answers(whole(header));
        // When
        Image image = kit.fetch(FetchKit.auto(), server.url("/disk"), Map.of());
        // Then
        assertThat(kit.requireFailed(image, Refusal.MALFORMED_IMAGE)).doesNotContain("sector");
    }

    @Test
    void aPointerOfGitLfsIsNamed() {
        // Given
        byte[] pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
                .getBytes(StandardCharsets.US_ASCII);
        server.answers(whole(pointer));
        // When
        Image image = kit.fetch(FetchKit.auto(), server.url("/disk"), Map.of());
        // Then
        assertThat(kit.requireFailed(image, Refusal.MALFORMED_IMAGE)).contains("Git LFS");
    }
}
