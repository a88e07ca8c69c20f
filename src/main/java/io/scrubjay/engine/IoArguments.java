// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;

/** Checks the arguments of an operation as {@link Volume} requires, for every engine and decorator. */
public final class IoArguments {
    private IoArguments() {}

    /**
     * Returns normally for a range that the SPI allows.
     *
     * @param alignmentBytes offset and length must be multiples of this
     * @throws IllegalArgumentException for any other range
     */
    public static void check(Volume volume, long alignmentBytes, long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0
                || lengthBytes <= 0
                || offsetBytes % alignmentBytes != 0
                || lengthBytes % alignmentBytes != 0) {
            throw new IllegalArgumentException("offset and length are multiples of " + alignmentBytes + ", not "
                    + offsetBytes + "+" + lengthBytes);
        }
        long sizeBytes = volume.sizeBytes();
        if (lengthBytes > sizeBytes || offsetBytes > sizeBytes - lengthBytes) {
            throw new IllegalArgumentException(offsetBytes + "+" + lengthBytes + " is not inside '" + volume.name()
                    + "' of " + sizeBytes + " bytes");
        }
    }

    /**
     * Returns normally for a range that the SPI allows.
     *
     * @param alignmentBytes offset and length must be multiples of this
     * @throws IllegalArgumentException for any other range
     */
    public static void check(Volume volume, long alignmentBytes, ByteRange range) {
        check(volume, alignmentBytes, range.offset(), range.length());
    }
}
