// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** Whether the bytes of a volume can be written, or are a snapshot's and never change. */
public enum VolumeKind {
    /** Readable and writable. */
    VOLUME,
    /** Read-only from the moment it exists. */
    SNAPSHOT
}
