// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.pool.TestPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class CommittedManifestsTest {
    private static final int IMAGES = 100;
    private static final long BYTES_MAX = 32 << 10;

    private final StorageEngine engine = TestPool.open(ClusterSize.parse("4K"), 64L << 20);
    private final List<String> reads = new ArrayList<>();
    private final CommittedManifests manifests = new CommittedManifests(
            id -> {
                reads.add(id.toString());
                return new ManifestStore(engine).read(id);
            },
            BYTES_MAX);

    @AfterEach
    void close() {
        engine.close();
    }

    private List<Image> images(byte[] bytes) {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            images.add(StoredImages.commit(engine, "image-" + i, bytes));
        }
        return images;
    }

    /** The ids of those whose manifests are read when all are asked for, the latest first. */
    private List<String> readAgain(List<Image> images) {
        reads.clear();
        for (int i = images.size() - 1; i >= 0; i--) {
            assertThat(manifests.of(images.get(i)).id()).isEqualTo(images.get(i).id());
        }
        return List.copyOf(reads);
    }

    @Test
    void theLatestAreKept() {
        // Given
        List<Image> images = images(new byte[1]);

        // When
        images.forEach(manifests::of);

        // Then
        List<Image> latest = images.subList(IMAGES - 10, IMAGES);
        assertThat(readAgain(latest)).isEmpty();
    }

    @Test
    void manyImagesOfZeroesAreNotAllKept() {
        // Given
        List<Image> images = images(new byte[1]);

        // When
        images.forEach(manifests::of);

        // Then
        List<Image> first = images.subList(0, IMAGES / 2);
        assertThat(readAgain(first)).hasSameSizeAs(first);
    }

    @Test
    void manySmallImagesAreNotAllKept() {
        // Given
        List<Image> images = images(new byte[] {1});

        // When
        images.forEach(manifests::of);

        // Then
        List<Image> first = images.subList(0, IMAGES / 2);
        assertThat(readAgain(first)).hasSameSizeAs(first);
    }
}
