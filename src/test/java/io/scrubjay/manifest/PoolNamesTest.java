// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class PoolNamesTest {
    private static final String HEX = "0123456789ab4cde8f0123456789abcd";

    @Test
    void namesAreWhatOldPoolsHold() {
        assertThat(PoolNames.head(Samples.ID)).hasToString("head-" + HEX);
        assertThat(PoolNames.snapshot(Samples.ID)).hasToString("image-" + HEX);
        assertThat(PoolNames.stagedManifest(Samples.ID)).hasToString("staged-" + HEX);
        assertThat(PoolNames.manifest(Samples.ID)).hasToString("manifest-" + HEX);
        assertThat(PoolNames.stagedQuarantine(Samples.ID)).hasToString("stagedq-" + HEX);
        assertThat(PoolNames.quarantine(Samples.ID)).hasToString("quarantine-" + HEX);
        assertThat(PoolNames.volume(Samples.volume(Samples.ID))).hasToString("volume-" + HEX);
        assertThat(PoolNames.stagedLabel(Samples.volume(Samples.ID))).hasToString("stagedl-" + HEX);
        assertThat(PoolNames.label(Samples.volume(Samples.ID))).hasToString("label-" + HEX);
        assertThat(PoolNames.volumeSnapshot(Samples.ID)).hasToString("snapshot-" + HEX);
        assertThat(PoolNames.deleted(Samples.ID.stored())).hasToString("deleted-" + HEX);
    }

    @ParameterizedTest
    @EnumSource(PoolNames.Kind.class)
    void anIdIsOfAnImageOrOfAVolume(PoolNames.Kind kind) {
        VolumeName name = new PoolNames(kind, Samples.ID.stored()).volume();

        Optional<ImageId> image = PoolNames.imageOf(name);
        Optional<VolumeId> volume = PoolNames.volumeOf(name);

        switch (kind) {
            case HEAD, SNAPSHOT, STAGED_MANIFEST, MANIFEST, STAGED_QUARANTINE, QUARANTINE, VOLUME_SNAPSHOT -> {
                assertThat(image).contains(Samples.ID);
                assertThat(volume).isEmpty();
            }
            case VOLUME, STAGED_LABEL, LABEL -> {
                assertThat(image).isEmpty();
                assertThat(volume).contains(Samples.volume(Samples.ID));
            }
            case DELETED -> {
                assertThat(image).isEmpty();
                assertThat(volume).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PoolNames.Kind.class)
    void everyNameReadsBack(PoolNames.Kind kind) {
        PoolNames names = new PoolNames(kind, Samples.ID.stored());

        assertThat(PoolNames.parse(names.volume())).contains(names);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data",
                "image-debian",
                "image-0123456789ab4cde8f0123456789abc",
                "image-0123456789ab4cde8f0123456789abcd0",
                "image-0123456789ab4cde8f0123456789abcg",
                "images-0123456789ab4cde8f0123456789abcd",
                "0123456789ab4cde8f0123456789abcd"
            })
    void otherNamesAreSomebodyElses(String name) {
        assertThat(PoolNames.parse(VolumeName.of(name))).isEmpty();
    }
}
