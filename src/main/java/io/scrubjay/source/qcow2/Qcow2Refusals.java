// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.StreamOffset;

/** The refusals of qcow2 files. */
final class Qcow2Refusals {
    private static final String CONVERT =
            "convert it with 'qemu-img convert -O qcow2 FILE disk.qcow2' and send disk.qcow2";

    private Qcow2Refusals() {}

    /** For a file that contradicts itself. */
    static RefusedException damaged(String what) {
        return new RefusedException(
                Refusal.MALFORMED_IMAGE,
                "this qcow2 file is damaged: " + what
                        + "; 'qemu-img check FILE' checks a file, so that you can send an intact one");
    }

    /** For a file that ends before something that it needs. */
    static RefusedException endsTooSoon(StreamOffset end, String missing) {
        return new RefusedException(
                Refusal.MALFORMED_IMAGE,
                "this qcow2 file ends at " + end.bytes() + ", but " + missing + "; send the whole file");
    }

    /** For a valid file that needs something which is not supported, and that QEMU can convert. */
    static RefusedException unsupported(String what) {
        return unsupported(what, CONVERT);
    }

    static RefusedException unsupported(String what, String advice) {
        return new RefusedException(Refusal.UNSUPPORTED_IMAGE, what + "; " + advice);
    }
}
