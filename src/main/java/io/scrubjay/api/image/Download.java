// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

import java.util.OptionalLong;

/** The bytes of an image or snapshot in one form, before any of them is read. Immutable. */
sealed interface Download permits RawDownload, Qcow2Download {
    /** What the response says of them. */
    Representation shown();

    /** How many bytes they are; empty if this is known only when they have been made. */
    OptionalLong lengthBytes();

    /**
     * The response with the bytes, or with the requested range of them. Blocks; for workers.
     *
     * @throws io.scrubjay.refusal.RefusedException {@code busy}, {@code image-not-ready}, {@code image-quarantined},
     *     {@code device-failed}
     */
    Response send(HttpHeaders request);
}
