// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The bytes of {@code format} and {@code meta}: what is written must stay readable for good. */
class StoredTextTest {
    private static final VolumeMeta META = new VolumeMeta(
            UUID.fromString("00000000-0000-4000-8000-000000000001"),
            VolumeKind.SNAPSHOT,
            Provisioning.THIN,
            1048576,
            List.of(
                    UUID.fromString("00000000-0000-4000-8000-000000000002"),
                    UUID.fromString("00000000-0000-4000-8000-000000000003")));

    private static final VolumeName NAME = VolumeName.of("image-1");

    private static final String META_TEXT = """
            scrubjay-volume 1
            name image-1
            id 00000000-0000-4000-8000-000000000001
            kind snapshot
            provisioning thin
            size-bytes 1048576
            ancestors 00000000-0000-4000-8000-000000000002 00000000-0000-4000-8000-000000000003
            crc32c c1099ebf
            """;

    /** As programs wrote it that did not store the name. */
    private static final String NAMELESS_TEXT =
            META_TEXT.replace("name image-1\n", "").replace("crc32c c1099ebf", "crc32c bb023c3a");

    private static final String FORMAT_TEXT = """
            scrubjay-pool 1
            cluster-size 65536
            crc32c 8c5f95c3
            """;

    @Test
    void metaHasItsGoldenBytes() throws DamagedException {
        assertThat(text(META.encode(NAME))).isEqualTo(META_TEXT);
        assertThat(VolumeMeta.decode(bytes(META_TEXT))).isEqualTo(new VolumeMeta.Written(Optional.of(NAME), META));
    }

    @Test
    void metaWithoutANameIsStillRead() throws DamagedException {
        assertThat(VolumeMeta.decode(bytes(NAMELESS_TEXT))).isEqualTo(new VolumeMeta.Written(Optional.empty(), META));
    }

    @Test
    void formatHasItsGoldenBytes() {
        PoolFormat format = new PoolFormat(ClusterSize.parse("64K"));
        assertThat(text(format.encode())).isEqualTo(FORMAT_TEXT);
        assertThat(PoolFormat.decode(bytes(FORMAT_TEXT))).isEqualTo(format);
    }

    @Test
    void metaWithoutAncestorsComesBack() throws DamagedException {
        VolumeMeta fresh = VolumeMeta.fresh(Provisioning.THICK, 4096);
        assertThat(VolumeMeta.decode(fresh.encode(NAME)).meta()).isEqualTo(fresh);
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] whole = META.encode(NAME);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> VolumeMeta.decode(flipped))
                    .as("bit %d", bit)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void everyCutIsNoticed() {
        byte[] whole = META.encode(NAME);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> VolumeMeta.decode(cut))
                    .as("length %d", length)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void laterMetaVersionIsNotGuessedAt() {
        assertThatThrownBy(() -> VolumeMeta.decode(bytes(META_TEXT.replace("volume 1", "volume 2"))))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void laterPoolVersionIsRefusedWithARemedy() {
        assertThatThrownBy(() -> PoolFormat.decode(bytes("scrubjay-pool 7\nwhatever comes then\n")))
                .isInstanceOf(PoolUnusable.class)
                .hasMessageContaining("version 7")
                .hasMessageContaining("use the version of Scrubjay that wrote it");
    }

    @Test
    void somethingElseIsRefusedAsFormat() {
        assertThatThrownBy(() -> PoolFormat.decode(bytes("hello\n"))).isInstanceOf(PoolUnusable.class);
        assertThatThrownBy(() -> PoolFormat.decode(new byte[0])).isInstanceOf(PoolUnusable.class);
        assertThatThrownBy(() -> PoolFormat.decode(bytes(FORMAT_TEXT.replace("65536", "65537"))))
                .isInstanceOf(PoolUnusable.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
