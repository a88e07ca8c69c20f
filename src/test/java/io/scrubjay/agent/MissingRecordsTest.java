// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each thing in a pool that can have another name has one for the time of a start, so that it is missing: manifests, labels,
 * markers, volumes. That start keeps all the rest, and once the thing is back everything is as it was.
 */
class MissingRecordsTest {
    private static final VolumeName ASIDE = VolumeName.of("aside");

    @TempDir
    Path directory;

    @Test
    void inMemory() throws Exception {
        requireNothingIsLost(StoredPool.inMemory());
    }

    @Test
    void inFiles() throws Exception {
        requireNothingIsLost(StoredPool.inFiles(directory));
    }

    @Nested
    @NeedsSpdk
    class OnSpdk {
        @Test
        void nothingIsLost() throws Exception {
            requireNothingIsLost(StoredPool.onSpdk(directory, SpdkEngine::open));
        }
    }

    private static void requireNothingIsLost(StoredPool pool) throws Exception {
        pool.fill();
        Map<String, String> before = pool.shown();
        List<VolumeSummary> stored = list(pool);
        int swept = 0;
        for (VolumeSummary volume : stored) {
            if (volume.kind() == VolumeKind.SNAPSHOT) {
                continue;
            }
            rename(pool, volume.name(), ASIDE);
            Set<VolumeName> left = names(pool);

            Map<String, String> meanwhile = pool.shown();

            assertThat(names(pool))
                    .as("stored without %s, when %s", volume.name(), meanwhile)
                    .isEqualTo(left);
            rename(pool, ASIDE, volume.name());
            assertThat(pool.shown())
                    .as("after %s was missing, and %s", volume.name(), meanwhile)
                    .isEqualTo(before);
            assertThat(list(pool)).isEqualTo(stored);
            swept++;
        }
        assertThat(swept).isGreaterThan(8);
    }

    private static void rename(StoredPool pool, VolumeName from, VolumeName to) {
        try (StorageEngine engine = pool.open()) {
            engine.rename(from, to);
        }
    }

    private static List<VolumeSummary> list(StoredPool pool) {
        try (StorageEngine engine = pool.open()) {
            return engine.list();
        }
    }

    private static Set<VolumeName> names(StoredPool pool) {
        return list(pool).stream().map(VolumeSummary::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
