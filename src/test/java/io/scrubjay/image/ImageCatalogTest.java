// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

/** Which ingests that have failed are still known. */
class ImageCatalogTest {
    private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

    private final ImageCatalog catalog = new ImageCatalog();

    private Image begin(String name, Instant at) {
        Image image = Image.pending(ResourceName.parse(name), at, OptionalLong.empty(), Optional.empty());
        catalog.claim(image);
        return image;
    }

    private void fail(String name, Instant at) {
        begin(name, at)
                .move(
                        ImageState.Unfinished.class,
                        begun -> begun.failed(Refusal.UPLOAD_CUT, "the connection ended", at));
    }

    /** The clock goes on, stands still, and goes back. */
    @ParameterizedTest
    @ValueSource(longs = {60, 0, -60})
    void theLatestFailuresAreKeptWhateverTheClockSays(long secondsBetween) {
        for (int n = 0; n < ImageCatalog.FAILED_MAX + 5; n++) {
            fail("disk-" + n, START.plus(Duration.ofSeconds(n * secondsBetween)));
        }

        begin("next", START);

        assertThat(catalog.list()).hasSize(ImageCatalog.FAILED_MAX + 1);
        assertThat(catalog.find(ResourceName.parse("disk-4"))).isEmpty();
        assertThat(catalog.find(ResourceName.parse("disk-5"))).isPresent();
        assertThat(catalog.find(ResourceName.parse("disk-" + (ImageCatalog.FAILED_MAX + 4))))
                .isPresent();
    }

    @Test
    void aFailureWhoseNameIsUsedAgainIsForgottenAndCountsNoMore() {
        fail("disk-0", START);
        for (int n = 0; n < ImageCatalog.FAILED_MAX; n++) {
            fail("disk-" + n, START);
        }

        Image again = begin("disk-0", START);

        assertThat(catalog.list()).hasSize(ImageCatalog.FAILED_MAX);
        assertThat(catalog.find(again.name())).containsSame(again);
    }
}
