// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** What a {@link Volume} handle is opened for. */
public enum Access {
    /** Reading; the bytes may come from a cache. */
    READ,
    /** Reading the bytes on the medium: they may not come from any cache between the caller and the device. */
    VERIFY,
    /** Reading and writing; refused for snapshots. */
    WRITE
}
