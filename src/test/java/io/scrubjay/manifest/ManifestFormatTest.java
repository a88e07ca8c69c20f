// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The stored form against bytes that something else wrote, and against bytes nobody would write. */
class ManifestFormatTest {
    private final byte[] golden = Samples.resource("manifest-v1.hex");

    @Test
    void goldenBytesAreTheGoldenManifest() {
        assertThat(Samples.decoded(golden)).isEqualTo(Samples.golden());
    }

    @Test
    void goldenManifestHasTheGoldenBytes() {
        ManifestEncoder encoder = new ManifestEncoder(Samples.golden());

        assertThat(encoder.totalBytes()).isEqualTo(golden.length);
        assertThat(Samples.bytes(encoder)).isEqualTo(golden);
    }

    @Test
    void goldenBytesOfVersion2AreASnapshotsManifestAndBack() {
        byte[] snapshot = Samples.resource("manifest-v2.hex");

        assertThat(Samples.decoded(snapshot)).isEqualTo(Samples.goldenSnapshot());
        assertThat(Samples.bytes(new ManifestEncoder(Samples.goldenSnapshot()))).isEqualTo(snapshot);
    }

    @Test
    void goldenBytesOfVersion3AreTheManifestOfAnImageOfAVolumeAndBack() {
        byte[] ofVolume = Samples.resource("manifest-v3.hex");

        assertThat(Samples.decoded(ofVolume)).isEqualTo(Samples.goldenOfVolume());
        assertThat(Samples.bytes(new ManifestEncoder(Samples.goldenOfVolume()))).isEqualTo(ofVolume);
    }

    @Test
    void aSourceOfAnUnknownKindIsRefused() {
        byte[] ofVolume = Samples.resource("manifest-v3.hex");
        int headBytes = StoredHeader.headBytes(ByteBuffer.wrap(ofVolume));
        ofVolume[53] = 3;
        CRC32C crc = new CRC32C();
        crc.update(ofVolume, 0, headBytes - Integer.BYTES);
        ByteBuffer.wrap(ofVolume).putInt(headBytes - Integer.BYTES, (int) crc.getValue());

        assertThatThrownBy(() -> Samples.decoded(ofVolume))
                .isInstanceOf(ManifestDamaged.class)
                .hasMessageContaining("the source's kind is unknown: 3");
    }

    @Test
    void headAloneGivesTheHeader() {
        ByteBuffer head = ByteBuffer.wrap(golden).limit(StoredHeader.headBytes(ByteBuffer.wrap(golden)));

        assertThat(StoredHeader.decode(head).header())
                .isEqualTo(Samples.golden().header());
    }

    @Test
    void bytesBehindTheEndAreLeftAlone() {
        ByteBuffer padded = ByteBuffer.wrap(Arrays.copyOf(golden, golden.length + 99));
        ManifestDecoder decoder = new ManifestDecoder();

        decoder.decode(padded);

        assertThat(decoder.isComplete()).isTrue();
        assertThat(padded.remaining()).isEqualTo(99);
        assertThat(decoder.finish()).isEqualTo(Samples.golden());
    }

    @Test
    void anotherMagicIsRefused() {
        assertThatThrownBy(() -> Samples.decoded(Samples.resource("quarantine-marker-v1.hex")))
                .isInstanceOf(ManifestDamaged.class)
                .hasMessageContaining("not a manifest")
                .hasMessageContaining("at byte 0");
    }

    @Test
    void anotherVersionIsRefusedAndNamed() {
        golden[11] = 9;

        assertThatThrownBy(() -> Samples.decoded(golden))
                .isInstanceOf(ManifestDamaged.class)
                .hasMessageContaining("version 9");
    }

    @Test
    void zeroesAreNoManifest() {
        assertThatThrownBy(() -> Samples.decoded(new byte[8192])).isInstanceOf(ManifestDamaged.class);
    }

    @Test
    void memoryGrowsWithWhatComesAndNotWithWhatIsClaimed() {
        // Given a genuine head that promises more than a gigabyte of leaves, and a genuine run of them
        ManifestHeader header = Samples.header(Samples.golden().header(), (long) LeafTable.COUNT_MAX << 20);
        ByteBuffer head = new StoredHeader(header, 1, LeafTable.COUNT_MAX).encode();
        ByteBuffer run = ByteBuffer.allocate(StoredHeader.RUN_BYTES).putInt(8, LeafTable.COUNT_MAX);
        ManifestDecoder decoder = new ManifestDecoder();
        long before = allocatedBytes();

        // When only 100 bytes of leaves come
        decoder.decode(head);
        decoder.decode(run);
        decoder.decode(ByteBuffer.allocate(100));

        // Then
        assertThat(allocatedBytes() - before).isLessThan(8 << 20);
        assertThatThrownBy(decoder::finish).isInstanceOf(ManifestDamaged.class).hasMessageContaining("cut short");
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
