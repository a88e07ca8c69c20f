// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.Upload;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import io.scrubjay.source.packed.PackedFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Ingests of compressed files: the same disks as without compression, or one clear refusal. */
class PackedIngestTest {
    private static final byte[] DISK = SparseBytes.of(9, (5 << 20) + 777);

    private final StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 << 20);
    private final IngestKit kit = new IngestKit(engine);

    @AfterEach
    void nothingIsHeld() {
        assertThat(kit.ingests.windowsInUse()).isZero();
        assertThat(kit.ingests.runningCount()).isZero();
        kit.close();
        engine.close();
    }

    private static IngestOrder order(SourceForm form, OptionalLong expectedBytes, OptionalLong sizeBytes) {
        return new IngestOrder(
                IngestKit.order("image").name(), form, expectedBytes, sizeBytes, List.of(), Optional.empty());
    }

    private Image ingest(byte[] sent) {
        return ingest(SourceForm.AUTO, sent);
    }

    private Image ingest(SourceForm form, byte[] sent) {
        return kit.ingest(
                order(form, OptionalLong.of(sent.length), OptionalLong.empty()), sent, new Random(4), 200_000);
    }

    private RefusedException refused(byte[] sent) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> ingest(sent));
        assertNothingLeft();
        return refused;
    }

    private void assertNothingLeft() {
        assertThat(engine.list()).isEmpty();
        assertThat(engine.usage().usedBytes()).isZero();
    }

    private static ManifestHeader header(Image image) {
        return ((ImageState.Ready) image.state()).header();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void theDiskIsTheSameAsWithoutCompressionAndTheSourceIsWhatWasSent(Compression compression) {
        // Given
        byte[] sent = PackedFiles.of(compression, DISK);
        Digest plain = header(kit.ingest("plain", DISK)).contentDigest();

        // When
        Image image = ingest(sent);

        // Then
        ManifestHeader header = header(image);
        Upload upload = header.upload().orElseThrow();
        assertThat(header.contentDigest()).isEqualTo(plain);
        assertThat(header.lengthBytes()).isEqualTo(DISK.length);
        assertThat(kit.stored(image)).isEqualTo(DISK);
        assertThat(upload.compression()).isEqualTo(compression.wireName());
        assertThat(upload.format()).isEqualTo("raw");
        assertThat(upload.receivedBytes()).isEqualTo(sent.length);
        assertThat(upload.sourceDigest())
                .isEqualTo(Digest.of(
                        DigestAlgorithm.SHA_256,
                        DigestAlgorithm.SHA_256.newHash().digest(sent)));
        assertThat(image.receivedBytes()).isEqualTo(sent.length);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aFileOfOneByteIsADiskOfOneByte(Compression compression) {
        // When
        Image image = ingest(PackedFiles.of(compression, new byte[] {7}));

        // Then
        assertThat(kit.stored(image)).containsExactly(7);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void anEmptyFileIsMalformed(Compression compression) {
        // When
        RefusedException refused = refused(PackedFiles.of(compression, new byte[0]));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageContaining("inside the " + compression.wireName() + " file is empty");
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void severalStreamsAreOneDisk(Compression compression) {
        // Given
        byte[] first = Arrays.copyOf(DISK, 3_000_001);
        byte[] second = Arrays.copyOfRange(DISK, 3_000_001, DISK.length);

        // When
        Image image = ingest(joined(PackedFiles.of(compression, first), PackedFiles.of(compression, second)));

        // Then
        assertThat(kit.stored(image)).isEqualTo(DISK);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aFirstStreamTooShortToDecideWaitsForTheNext(Compression compression) {
        // Given
        byte[] first = Arrays.copyOf(DISK, 5);
        byte[] second = Arrays.copyOfRange(DISK, 5, 400);
        byte[] third = Arrays.copyOfRange(DISK, 400, DISK.length);

        // When
        Image image = ingest(joined(
                PackedFiles.of(compression, first),
                PackedFiles.of(compression, second),
                PackedFiles.of(compression, third)));

        // Then
        assertThat(kit.stored(image)).isEqualTo(DISK);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void truncationAndGarbageAreMalformed(Compression compression) {
        // Given
        byte[] sent = PackedFiles.of(compression, DISK);

        // When
        RefusedException cut = refused(Arrays.copyOf(sent, sent.length - 1));
        RefusedException longer =
                refused(joined(sent, "not a stream, but garbage".getBytes(StandardCharsets.US_ASCII)));

        // Then
        assertThat(cut.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(cut).hasMessageContaining("ends too soon, at byte " + (sent.length - 1));
        assertThat(longer.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(longer).hasMessageContaining("at byte ");
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aBombEndsAtTheSizeLimit(Compression compression) {
        // Given
        byte[] bomb = PackedFiles.ofZeroes(compression, 200);
        try (IngestKit limited = IngestKit.limitedTo(engine, ByteSize.parse("100M"))) {
            // When
            RefusedException refused = catchThrowableOfType(
                    RefusedException.class,
                    () -> limited.ingest(
                            order(SourceForm.AUTO, OptionalLong.empty(), OptionalLong.empty()),
                            bomb,
                            new Random(1),
                            1 << 20));

            // Then
            assertThat(refused.refusal()).isEqualTo(Refusal.TOO_LARGE);
            assertNothingLeft();
            assertThat(limited.ingests.windowsInUse()).isZero();
        }
    }

    @Test
    void zeroesTakeNoSpace() {
        // When
        Image image = ingest(PackedFiles.ofZeroes(Compression.ZSTD, 500));

        // Then
        assertThat(header(image).lengthBytes()).isEqualTo(500L << 20);
        assertThat(header(image).footprint().allocatedClusters()).isZero();
    }

    /** One window of it is far more than anybody would wait for. */
    @Test
    void whoCancelsABombDoesNotWaitForItsEnd() {
        // Given
        byte[] part = PackedFiles.ofZeroes(Compression.ZSTD, 2048);
        byte[][] parts = new byte[(1 << 20) / part.length][];
        Arrays.fill(parts, part);
        byte[] bomb = joined(parts);
        Ingest ingest = kit.ingests.begin(order(SourceForm.AUTO, OptionalLong.empty(), OptionalLong.empty()));
        IngestKit.send(ingest, bomb, new Random(1), 1 << 20);
        ingest.complete();

        // When
        boolean was = kit.ingests.cancel(ingest.image());

        // Then
        assertThat(was).isTrue();
        assertNothingLeft();
    }

    @Test
    void sizeIsThatOfTheDiskAndNotOfTheFile() {
        // Given
        byte[] sent = PackedFiles.of(Compression.GZIP, DISK);
        long larger = 20 << 20;

        // When
        Image image = kit.ingest(
                order(SourceForm.AUTO, OptionalLong.empty(), OptionalLong.of(larger)), sent, new Random(1), 1 << 20);
        RefusedException tooSmall = catchThrowableOfType(
                RefusedException.class,
                () -> kit.ingest(
                        new IngestOrder(
                                IngestKit.order("small").name(),
                                SourceForm.AUTO,
                                OptionalLong.of(sent.length),
                                OptionalLong.of(DISK.length - 1),
                                List.of(),
                                Optional.empty()),
                        sent,
                        new Random(1),
                        1 << 20));

        // Then
        assertThat(kit.stored(image)).isEqualTo(Arrays.copyOf(DISK, (int) larger));
        assertThat(tooSmall.refusal()).isEqualTo(Refusal.LENGTH_MISMATCH);
    }

    @Test
    void aFileThatCompressionMadeLargerThanItsDiskIsTaken() {
        // Given
        byte[] disk = new byte[3 << 20];
        new Random(8).nextBytes(disk);
        byte[] sent = PackedFiles.of(Compression.GZIP, disk);
        assertThat(sent.length).isGreaterThan(disk.length);

        // When
        Image image = kit.ingest(
                order(SourceForm.AUTO, OptionalLong.of(sent.length), OptionalLong.of(disk.length)),
                sent,
                new Random(1),
                1 << 20);

        // Then
        assertThat(kit.stored(image)).isEqualTo(disk);
    }

    @Test
    void digestsOfTheSourceAreOfTheCompressedBytes() {
        // Given
        byte[] sent = PackedFiles.of(Compression.XZ, DISK);
        Digest sha256 = Digest.of(
                DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_256.newHash().digest(sent));
        Digest sha512 = Digest.of(
                DigestAlgorithm.SHA_512, DigestAlgorithm.SHA_512.newHash().digest(sent));

        // When
        Image image = kit.ingest(expecting(sha256, sha512), sent, new Random(1), 1 << 20);

        // Then
        assertThat(header(image).upload().orElseThrow().sourceDigest()).isEqualTo(sha256);
    }

    @Test
    void aWrongDigestOfTheSourceLeavesNothing() {
        // Given
        byte[] sent = PackedFiles.of(Compression.XZ, DISK);
        Digest ofTheDisk = Digest.of(
                DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_256.newHash().digest(DISK));

        // When
        RefusedException refused = catchThrowableOfType(
                RefusedException.class, () -> kit.ingest(expecting(ofTheDisk), sent, new Random(1), 1 << 20));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.DIGEST_MISMATCH);
        assertNothingLeft();
    }

    private static IngestOrder expecting(Digest... digests) {
        return new IngestOrder(
                IngestKit.order("image").name(),
                SourceForm.AUTO,
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(digests),
                Optional.empty());
    }

    @Test
    void whatIsInsideIsRecognisedLikeAFileOfItsOwn() {
        // Given
        byte[] tar = new byte[10_240];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        tar[0] = 'd';
        byte[] vmdk = Arrays.copyOf("KDMV".getBytes(StandardCharsets.US_ASCII), 70_000);
        byte[] page = ("\n".repeat(100) + "<html><title>Log in</title></html>").getBytes(StandardCharsets.US_ASCII);
        byte[] footer = Arrays.copyOf(DISK, DISK.length + 512);
        System.arraycopy("conectix".getBytes(StandardCharsets.US_ASCII), 0, footer, DISK.length, 8);

        // When
        RefusedException archive = refused(PackedFiles.of(Compression.GZIP, tar));
        RefusedException disk = refused(PackedFiles.of(Compression.XZ, vmdk));
        RefusedException text = refused(PackedFiles.of(Compression.GZIP, page));
        RefusedException fixedVhd = refused(PackedFiles.of(Compression.ZSTD, footer));
        RefusedException twice = refused(PackedFiles.of(Compression.GZIP, PackedFiles.of(Compression.XZ, DISK)));

        // Then
        assertThat(List.of(archive, disk, fixedVhd, twice))
                .allMatch(refused -> refused.refusal() == Refusal.UNSUPPORTED_IMAGE);
        assertThat(archive).hasMessageContainingAll("inside the gzip file", "a tar archive");
        assertThat(disk).hasMessageContainingAll("inside the xz file", "VMDK", "decompress it, then convert it");
        assertThat(fixedVhd).hasMessageContainingAll("inside the zstd file", "a fixed VHD");
        assertThat(twice).hasMessageContainingAll("inside the gzip file", "xz");
        assertThat(text.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(text).hasMessageContainingAll("inside the gzip file", "an HTML or XML document");
    }

    @Test
    void formatSaysWhatIsInside() {
        // Given
        SourceForm raw = new SourceForm(Optional.of(ImageFormat.RAW), Optional.empty());
        byte[] archive = Arrays.copyOf("PK\3\4".getBytes(StandardCharsets.US_ASCII), 70_000);

        // When
        Image image = ingest(raw, PackedFiles.of(Compression.ZSTD, archive));

        // Then
        assertThat(kit.stored(image)).isEqualTo(archive);
        assertThat(header(image).upload().orElseThrow().compression()).isEqualTo("zstd");
    }

    @Test
    void saidToBeADiskAsItIsItIsNotDecompressed() {
        // Given
        byte[] sent = PackedFiles.of(Compression.GZIP, DISK);

        // When
        Image image = kit.ingest("image", sent);

        // Then
        assertThat(kit.stored(image)).isEqualTo(sent);
        assertThat(header(image).upload().orElseThrow().compression()).isEqualTo("none");
    }

    @Test
    void aCutUploadLeavesNothing() {
        // Given
        byte[] sent = PackedFiles.of(Compression.XZ, DISK);
        Ingest ingest = kit.ingests.begin(order(SourceForm.AUTO, OptionalLong.empty(), OptionalLong.empty()));
        IngestKit.send(ingest, Arrays.copyOf(sent, sent.length / 2), new Random(1), 1 << 20);

        // When
        ingest.cut(new RefusedException(Refusal.UPLOAD_CUT, "the line is dead"));

        // Then
        assertThat(catchThrowableOfType(RefusedException.class, () -> Stages.await(ingest.done()))
                        .refusal())
                .isEqualTo(Refusal.UPLOAD_CUT);
        assertNothingLeft();
    }
}
