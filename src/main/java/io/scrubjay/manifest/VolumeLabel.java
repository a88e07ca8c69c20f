// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * The durable record that a volume exists, with its name and origin. The engine knows its size, clusters and
 * provisioning, so they are not stored here.
 *
 * @param id the volume
 * @param name its name
 * @param createdAt when it was made, in whole milliseconds
 * @param source what it was made from
 */
public record VolumeLabel(VolumeId id, ResourceName name, Instant createdAt, Source source) {
    /** The image or snapshot that a volume was cloned from. */
    public sealed interface Source {
        /** No source: the volume started with zeroes. */
        record Nothing() implements Source {}

        /**
         * The volume started as a clone of an image.
         *
         * @param id the image
         */
        record OfImage(ImageId id) implements Source {
            public OfImage {
                Objects.requireNonNull(id);
            }
        }

        /**
         * The volume started as a clone of a snapshot.
         *
         * @param id the snapshot
         */
        record OfSnapshot(ImageId id) implements Source {
            public OfSnapshot {
                Objects.requireNonNull(id);
            }
        }
    }

    public VolumeLabel {
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        Objects.requireNonNull(source);
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    }
}
