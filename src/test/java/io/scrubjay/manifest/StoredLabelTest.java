// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.manifest.VolumeLabel.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StoredLabelTest {
    private static final byte[] GOLDEN = Samples.resource("volume-label-v1.hex");

    static List<Source> sources() {
        return List.of(new Source.Nothing(), new Source.OfImage(Samples.ID), new Source.OfSnapshot(Samples.ID));
    }

    @Test
    void goldenBytesAreTheGoldenLabelAndBack() {
        assertThat(StoredLabel.decode(ByteBuffer.wrap(GOLDEN))).isEqualTo(Samples.goldenLabel());
        assertThat(Samples.bytes(StoredLabel.of(Samples.goldenLabel()))).isEqualTo(GOLDEN);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyLabelReadsBack(Source source) {
        VolumeLabel label = new VolumeLabel(
                Samples.volume(Samples.id(7)), ResourceName.parse("a".repeat(63)), Samples.SEALED, source);

        assertThat(StoredLabel.decode(ByteBuffer.wrap(Samples.bytes(StoredLabel.of(label)))))
                .isEqualTo(label);
    }

    @Test
    void everyChangedByteIsDamage() {
        for (int at = 0; at < GOLDEN.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = GOLDEN.clone();
                changed[at] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> StoredLabel.decode(ByteBuffer.wrap(changed)))
                        .as("byte %d, bit %d", at, bit)
                        .isExactlyInstanceOf(ManifestDamaged.class);
            }
        }
    }

    @Test
    void everyMissingByteIsDamage() {
        for (int length = 0; length < GOLDEN.length; length++) {
            ByteBuffer shortened = ByteBuffer.wrap(GOLDEN).limit(length);
            assertThatThrownBy(() -> StoredLabel.decode(shortened))
                    .as("length %d", length)
                    .isExactlyInstanceOf(ManifestDamaged.class);
        }
    }
}
