// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.StreamOffset;

/** The refusals of compressed streams, in the words of their senders. All positions are in the stream as it was sent. */
final class PackedFault {
    private PackedFault() {}

    /** Bytes that no compressor writes. */
    static RefusedException damaged(Compression compression, StreamOffset at, String what) {
        return malformed(compression, "is damaged at byte " + at.bytes() + ": " + what + "; send an intact copy");
    }

    /** The first bytes are not those of this compression. */
    static RefusedException alien(Compression compression) {
        return new RefusedException(
                Refusal.MALFORMED_IMAGE,
                "the file is no " + compression.wireName()
                        + " file: it begins with other bytes; leave out 'compression'"
                        + " to let the first bytes decide");
    }

    /** The stream ends in the middle. */
    static RefusedException cutShort(Compression compression, StreamOffset at) {
        return malformed(compression, "ends too soon, at byte " + at.bytes() + "; send the whole file");
    }

    /** Something follows the end of the stream. */
    static RefusedException followed(Compression compression, StreamOffset at) {
        return malformed(
                compression,
                "ends at byte " + at.bytes() + ", and the bytes after that do not belong to it; send the file without"
                        + " them");
    }

    /** A valid stream that is not supported. */
    static RefusedException unsupported(Compression compression, StreamOffset at, String what) {
        return new RefusedException(
                Refusal.UNSUPPORTED_IMAGE,
                "the " + compression.wireName() + " file needs, at byte " + at.bytes() + ", " + what);
    }

    private static RefusedException malformed(Compression compression, String what) {
        return new RefusedException(Refusal.MALFORMED_IMAGE, "the " + compression.wireName() + " file " + what);
    }
}
