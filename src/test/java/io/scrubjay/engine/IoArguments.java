package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;

/** The checks of an operation's arguments that a decorator has to make itself because it hands the operation on later. */
final class IoArguments {
    private IoArguments() {}

    /** @throws IllegalArgumentException for a range the SPI does not allow */
    static void check(Volume volume, long alignmentBytes, long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0
                || lengthBytes <= 0
                || offsetBytes % alignmentBytes != 0
                || lengthBytes % alignmentBytes != 0
                || offsetBytes > volume.sizeBytes() - lengthBytes) {
            throw new IllegalArgumentException(
                    "bad range " + offsetBytes + "+" + lengthBytes + " of '" + volume.name() + "'");
        }
    }

    static void check(Volume volume, long alignmentBytes, ByteRange range) {
        check(volume, alignmentBytes, range.offset(), range.length());
    }
}
