// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

/**
 * Where the bytes of a manifest came from. An image came from an upload, or was made from a volume or snapshot; a
 * snapshot was taken of a volume.
 */
public sealed interface Origin permits Upload, PointInTime, PoolSource {
    /** The version of the stored form of a manifest with this origin. */
    int formatVersion();
}
