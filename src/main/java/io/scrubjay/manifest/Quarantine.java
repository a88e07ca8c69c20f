// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

/** That an image is quarantined: the marker that says why, or one that can no longer be read. */
public sealed interface Quarantine permits QuarantineMarker, Quarantine.Illegible {
    /** The image. */
    ImageId id();

    /**
     * A marker is there, but not legible. Its image stays quarantined: that a marker was written is all that matters.
     *
     * @param id the image
     * @param what what is wrong with the marker, for people
     */
    record Illegible(ImageId id, String what) implements Quarantine {}
}
