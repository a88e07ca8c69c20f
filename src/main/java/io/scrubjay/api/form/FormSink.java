// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import java.nio.ByteBuffer;

/**
 * Takes the parts of a form, in their order. Each method may throw a {@link io.scrubjay.refusal.RefusedException}, which
 * the parser passes on to its own caller. Confined to the parser's thread.
 */
public interface FormSink {
    /** A part begins. */
    void partBegins(PartHead head);

    /**
     * Takes as many bytes of the part's content as there is room for; the buffer's position then says how many it took.
     *
     * @param bytes at least one; valid only during the call
     */
    void partBytes(ByteBuffer bytes);

    /** The part is complete: the delimiter behind it has arrived. */
    void partEnds();
}
