// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.pool.TestPool;
import io.scrubjay.source.Compression;
import io.scrubjay.source.packed.PackedFiles;
import io.scrubjay.source.qcow2.Qcow2Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

/** Resumable uploads of qcow2 files that are compressed, and that need a spool. */
class PackedSessionTest {
    private static final Qcow2Samples SAMPLE = Qcow2Samples.tablesLast();

    private final StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64L << 20);
    private SessionKit kit = new SessionKit(engine);

    @AfterEach
    void close() {
        kit.close();
        engine.close();
    }

    private SessionId create(long length) {
        SessionRecord.Announced announced = new SessionRecord.Announced(
                ResourceName.parse("disk"),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                Optional.empty(),
                "name ZGlzaw==");
        return kit.create(announced, OptionalLong.of(length));
    }

    @ParameterizedTest
    @EnumSource
    void theDiskIsThatInTheFile(Compression compression) {
        // Given
        byte[] sent = PackedFiles.of(compression, SAMPLE.file());
        SessionId id = create(sent.length);
        int half = sent.length / 2;
        kit.send(id, 0, Arrays.copyOf(sent, half));
        kit.close();
        kit = new SessionKit(engine);
        // When
        kit.send(id, half, Arrays.copyOfRange(sent, half, sent.length));
        kit.awaitImages();
        // Then
        ManifestHeader image = kit.image("disk").orElseThrow();
        assertThat(kit.stored(image)).isEqualTo(SAMPLE.disk());
        assertThat(image.upload().orElseThrow().compression()).isEqualTo(compression.wireName());
        assertThat(image.upload().orElseThrow().format()).isEqualTo("qcow2");
        assertThat(engine.list()).as("the image and its manifest").hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aFileWithoutItsLastByteLeavesNothing(Compression compression) {
        // Given
        byte[] sent = PackedFiles.of(compression, SAMPLE.file());
        SessionId id = create(sent.length - 1);
        // When
        kit.send(id, 0, Arrays.copyOf(sent, sent.length - 1));
        kit.awaitImages();
        // Then
        assertThat(kit.image("disk")).isEmpty();
        assertThat(engine.list()).isEmpty();
    }
}
