// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
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
import io.scrubjay.source.qcow2.Qcow2Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Ingests of qcow2 files: the same disks as when they are sent raw, or one clear refusal. */
class Qcow2IngestTest {
    private static final Qcow2Samples FIRST = Qcow2Samples.tablesFirst();
    private static final Qcow2Samples LAST = Qcow2Samples.tablesLast();

    private final StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64 << 20);
    private final IngestKit kit = new IngestKit(engine);

    @AfterEach
    void nothingIsHeld() {
        assertThat(kit.ingests.windowsInUse()).isZero();
        assertThat(kit.ingests.runningCount()).isZero();
        kit.close();
        engine.close();
    }

    private Image ingest(SourceForm form, OptionalLong sizeBytes, byte[] sent) {
        IngestOrder order = new IngestOrder(
                IngestKit.order("image").name(),
                form,
                OptionalLong.of(sent.length),
                sizeBytes,
                List.of(),
                Optional.empty());
        return kit.ingest(order, sent, new Random(4), 200_000);
    }

    private Image ingest(byte[] sent) {
        return ingest(SourceForm.AUTO, OptionalLong.empty(), sent);
    }

    private RefusedException refused(SourceForm form, OptionalLong sizeBytes, byte[] sent) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> ingest(form, sizeBytes, sent));
        assertThat(engine.list()).isEmpty();
        assertThat(engine.usage().usedBytes()).isZero();
        return refused;
    }

    private static ManifestHeader header(Image image) {
        return ((ImageState.Ready) image.state()).header();
    }

    @Test
    void theDiskIsTheSameAsWhenItIsSentRaw() {
        isTheSameAsRaw(FIRST);
    }

    @Test
    void theDiskIsTheSameWhenTheFileHasToBeSpooled() {
        isTheSameAsRaw(LAST);
    }

    private void isTheSameAsRaw(Qcow2Samples sample) {
        // Given
        Digest plain = header(kit.ingest("plain", sample.disk())).contentDigest();
        // When
        Image image = ingest(sample.file());
        // Then
        ManifestHeader header = header(image);
        Upload upload = header.upload().orElseThrow();
        assertThat(header.contentDigest()).isEqualTo(plain);
        assertThat(header.lengthBytes()).isEqualTo(sample.disk().length);
        assertThat(kit.stored(image)).isEqualTo(sample.disk());
        assertThat(upload.format()).isEqualTo("qcow2");
        assertThat(upload.sourceDigest())
                .isEqualTo(Digest.of(
                        DigestAlgorithm.SHA_256,
                        DigestAlgorithm.SHA_256.newHash().digest(sample.file())));
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void compressedFilesAreReadAsWell(Compression compression) {
        // When
        Image image = ingest(PackedFiles.of(compression, LAST.file()));
        // Then
        assertThat(kit.stored(image)).isEqualTo(LAST.disk());
        assertThat(header(image).upload().orElseThrow().compression()).isEqualTo(compression.wireName());
        assertThat(header(image).upload().orElseThrow().format()).isEqualTo("qcow2");
    }

    @Test
    void aLargerDiskEndsWithZeroes() {
        // When
        Image image = ingest(SourceForm.AUTO, OptionalLong.of(10 << 20), FIRST.file());
        // Then
        assertThat(kit.stored(image)).isEqualTo(Arrays.copyOf(FIRST.disk(), 10 << 20));
    }

    @Test
    void aSmallerDiskIsRefused() {
        // When
        RefusedException refused = refused(SourceForm.AUTO, OptionalLong.of(1 << 20), FIRST.file());
        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.LENGTH_MISMATCH);
    }

    @Test
    void aFileThatEndsTooSoonLeavesNothing() {
        for (Qcow2Samples sample : List.of(FIRST, LAST)) {
            // When
            RefusedException refused = refused(
                    SourceForm.AUTO, OptionalLong.empty(), Arrays.copyOf(sample.file(), sample.file().length / 2));
            // Then
            assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        }
    }

    @Test
    void aFileThatIsSaidToBeQcow2AndIsNotIsMalformed() {
        // Given
        SourceForm said = new SourceForm(Optional.of(ImageFormat.QCOW2), Optional.empty());
        // When
        RefusedException refused = refused(said, OptionalLong.empty(), FIRST.disk());
        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE);
        assertThat(refused).hasMessageContaining("magic");
    }

    /** These bytes are a part of the disk, or behind everything. */
    @Test
    void aFileWhoseEndIsThatOfAnotherFormatIsReadByItsBeginning() {
        // Given
        byte[] file = Arrays.copyOf(FIRST.file(), FIRST.file().length + 512);
        byte[] cookie = "conectix".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(cookie, 0, file, FIRST.file().length, cookie.length);
        // When
        Image image = ingest(file);
        // Then
        assertThat(kit.stored(image)).isEqualTo(FIRST.disk());
    }
}
