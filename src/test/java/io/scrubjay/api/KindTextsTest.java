// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KindTextsTest {
    private static final String EXPORT = "Export {an image} for {reading}";

    @Test
    void anImageHasTheWordsInBraces() {
        // When
        String text = KindTexts.of("/v1/images/{name}/export", EXPORT);

        // Then
        assertThat(text).isEqualTo("Export an image for reading");
    }

    @Test
    void aSnapshotHasItsOwnWordsOrThoseOfAnImage() {
        // When
        String text = KindTexts.of("/v1/snapshots/{name}/export", EXPORT);

        // Then
        assertThat(text).isEqualTo("Export a snapshot for reading");
    }

    @Test
    void aVolumeHasItsOwnWords() {
        // When
        String text = KindTexts.of("/v1/volumes/{name}/export", EXPORT);

        // Then
        assertThat(text).isEqualTo("Export a volume for reading and writing");
    }

    @Test
    void aTextWithoutBracesStaysAsItIs() {
        // When
        String text = KindTexts.of("/v1/snapshots/{name}/export", "End the export");

        // Then
        assertThat(text).isEqualTo("End the export");
    }
}
