// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

/** Where the bytes of a manifest came from: an upload, or a volume. */
public sealed interface Origin permits Upload, PointInTime {
    /** The version of the stored form of a manifest with this origin. */
    int formatVersion();
}
