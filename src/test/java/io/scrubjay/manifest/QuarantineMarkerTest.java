// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class QuarantineMarkerTest {
    @Test
    void goldenBytesAreTheGoldenMarkerAndBack() {
        byte[] golden = Samples.resource("quarantine-marker-v1.hex");

        assertThat(StoredMarker.decode(ByteBuffer.wrap(golden))).isEqualTo(Samples.marker(Samples.ID));
        assertThat(Samples.bytes(StoredMarker.of(Samples.marker(Samples.ID)))).isEqualTo(golden);
    }

    @Test
    void longestMarkerFits() {
        List<FindingLine> findings = LongStream.range(0, 5000)
                .mapToObj(chunk -> new FindingLine(chunk, "a".repeat(16)))
                .toList();

        QuarantineMarker marker = QuarantineMarker.of(
                Samples.golden().header(), "r".repeat(32), "ह".repeat(5000), Samples.SEALED, findings);

        assertThat(marker.message()).hasSize(QuarantineMarker.MESSAGE_LENGTH_MAX);
        assertThat(marker.findings()).hasSize(QuarantineMarker.FINDINGS_MAX);
        assertThat(marker.findingCount()).isEqualTo(5000);
        assertThat(StoredMarker.decode(ByteBuffer.wrap(Samples.bytes(StoredMarker.of(marker)))))
                .isEqualTo(marker);
    }

    @Test
    void messageCutInACharacterReadsBack() {
        QuarantineMarker marker =
                QuarantineMarker.of(Samples.golden().header(), "r", "a" + "😀".repeat(600), Samples.SEALED, List.of());

        assertThat(StoredMarker.decode(ByteBuffer.wrap(Samples.bytes(StoredMarker.of(marker)))))
                .isEqualTo(marker);
    }

    @Test
    void everyChangedByteIsDamage() {
        byte[] golden = Samples.resource("quarantine-marker-v1.hex");
        for (int at = 0; at < golden.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = golden.clone();
                changed[at] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> StoredMarker.decode(ByteBuffer.wrap(changed)))
                        .as("byte %d, bit %d", at, bit)
                        .isExactlyInstanceOf(ManifestDamaged.class);
            }
        }
    }

    @Test
    void everyMissingByteIsDamage() {
        byte[] golden = Samples.resource("quarantine-marker-v1.hex");
        for (int length = 0; length < golden.length; length++) {
            ByteBuffer shortened = ByteBuffer.wrap(golden).limit(length);
            assertThatThrownBy(() -> StoredMarker.decode(shortened))
                    .as("length %d", length)
                    .isExactlyInstanceOf(ManifestDamaged.class);
        }
    }
}
