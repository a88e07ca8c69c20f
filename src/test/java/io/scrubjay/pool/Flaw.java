// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.pool;

/** What must not be in a pool after a start, and what a test may say that it leaves there on purpose. */
public enum Flaw {
    /** An image that is not quarantined, and whose bytes are not what its leaves say. */
    ROTTEN_IMAGE,
    /** A manifest, label or marker that cannot be read. */
    DAMAGED_RECORD,
    /** Something that is there without what belongs to it: a record without bytes, or bytes without a record. */
    MISSING_PART,
    /** A name that two images, two snapshots or two volumes have. */
    NAME_TWICE,
    /** Something half-made or half-deleted that the start's sweep has not removed. */
    LEFTOVER,
    /** A volume of a name that no part of the agent gives. */
    FOREIGN_VOLUME
}
