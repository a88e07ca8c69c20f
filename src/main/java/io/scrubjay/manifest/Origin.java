// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

/** What the bytes that a manifest proves came from. */
public sealed interface Origin permits Upload, PointInTime {
    /** The version of the stored form of a manifest with this origin. */
    int formatVersion();
}
