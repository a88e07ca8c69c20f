// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

/** What an agent is doing when it is killed. */
enum KillMoment {
    /** Receives the bytes of an image; seals it if it is killed late. */
    UPLOAD,
    /** Has all bytes of an image, and has said so; makes it ready. */
    SEAL,
    /** Deletes an image. */
    DELETE
}
