// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * The durable record that a volume exists: who it is. Its size, its clusters and how it is provisioned are the engine's
 * to know, and not written twice.
 *
 * @param id the volume
 * @param name what it is called
 * @param createdAt when it was made, in whole milliseconds
 * @param source what it was made from
 */
public record VolumeLabel(VolumeId id, ResourceName name, Instant createdAt, Source source) {
    /** The image or snapshot that a volume was cloned from. */
    public sealed interface Source {
        /** Nothing: it began as zeroes. */
        record Nothing() implements Source {}

        /**
         * It began as a clone of an image.
         *
         * @param id the image
         */
        record OfImage(ImageId id) implements Source {
            public OfImage {
                Objects.requireNonNull(id);
            }
        }

        /**
         * It began as a clone of a snapshot.
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
