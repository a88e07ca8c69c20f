// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.refusal.RefusedException;

import java.io.Serial;

/** The requested name belongs to another image or snapshot. */
public final class NameTakenException extends RefusedException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Image holder;

    NameTakenException(Image holder) {
        super(
                holder.kind().exists(),
                holder + " already exists and is " + holder.state().wireName());
        this.holder = holder;
    }

    /** The image or snapshot that has the name. */
    public Image holder() {
        return holder;
    }
}
