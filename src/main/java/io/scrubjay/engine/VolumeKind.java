// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** Whether a volume can be written, or is a snapshot, whose bytes never change. */
public enum VolumeKind {
    /** Readable and writable. */
    VOLUME,
    /** Read-only from the moment it exists. */
    SNAPSHOT
}
