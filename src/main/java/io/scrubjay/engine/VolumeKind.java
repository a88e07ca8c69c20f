// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** What may be done to a volume's bytes. */
public enum VolumeKind {
    /** Readable and writable. */
    VOLUME,
    /** Read-only from the moment it exists. */
    SNAPSHOT
}
