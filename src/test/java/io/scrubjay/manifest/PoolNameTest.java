// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class PoolNameTest {
    private static final String HEX = "0123456789ab4cde8f0123456789abcd";

    @Test
    void namesAreWhatOldPoolsHold() {
        assertThat(PoolName.head(Samples.ID)).hasToString("head-" + HEX);
        assertThat(PoolName.spool(Samples.ID)).hasToString("spool-" + HEX);
        assertThat(PoolName.snapshot(Samples.ID)).hasToString("image-" + HEX);
        assertThat(PoolName.stagedManifest(Samples.ID)).hasToString("staged-" + HEX);
        assertThat(PoolName.manifest(Samples.ID)).hasToString("manifest-" + HEX);
        assertThat(PoolName.stagedQuarantine(Samples.ID)).hasToString("stagedq-" + HEX);
        assertThat(PoolName.quarantine(Samples.ID)).hasToString("quarantine-" + HEX);
        assertThat(PoolName.volume(Samples.volume(Samples.ID))).hasToString("volume-" + HEX);
        assertThat(PoolName.stagedLabel(Samples.volume(Samples.ID))).hasToString("stagedl-" + HEX);
        assertThat(PoolName.label(Samples.volume(Samples.ID))).hasToString("label-" + HEX);
        assertThat(PoolName.volumeSnapshot(Samples.ID)).hasToString("snapshot-" + HEX);
        assertThat(PoolName.deleted(Samples.ID.stored())).hasToString("deleted-" + HEX);
    }

    @ParameterizedTest
    @EnumSource(PoolName.Kind.class)
    void anIdIsOfAnImageOrOfAVolume(PoolName.Kind kind) {
        VolumeName name = new PoolName(kind, Samples.ID.stored()).volume();

        Optional<ImageId> image = PoolName.imageOf(name);
        Optional<VolumeId> volume = PoolName.volumeOf(name);

        switch (kind) {
            case HEAD, SPOOL, SNAPSHOT, STAGED_MANIFEST, MANIFEST, STAGED_QUARANTINE, QUARANTINE, VOLUME_SNAPSHOT -> {
                assertThat(image).contains(Samples.ID);
                assertThat(volume).isEmpty();
            }
            case VOLUME, STAGED_LABEL, LABEL -> {
                assertThat(image).isEmpty();
                assertThat(volume).contains(Samples.volume(Samples.ID));
            }
            case DELETED, UPLOAD, STAGED_SESSION, SESSION -> {
                assertThat(image).isEmpty();
                assertThat(volume).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PoolName.Kind.class)
    void everyNameReadsBack(PoolName.Kind kind) {
        PoolName names = new PoolName(kind, Samples.ID.stored());

        assertThat(PoolName.parse(names.volume())).contains(names);
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
        assertThat(PoolName.parse(VolumeName.of(name))).isEmpty();
    }
}
