// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** What a {@link Volume} handle is opened for. */
public enum Access {
    /** Reading; a cache may answer. */
    READ,
    /** Reading what the medium holds: no cache between the caller and the device may answer. */
    VERIFY,
    /** Reading and writing; refused for snapshots. */
    WRITE
}
