// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** When a volume gets its clusters. */
public enum Provisioning {
    /** Each at its first write; until then it reads as zeroes, or as the parent's bytes. */
    THIN,
    /** All when it is created; it reads as zeroes until written. */
    THICK
}
