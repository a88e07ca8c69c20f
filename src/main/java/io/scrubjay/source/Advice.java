// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

/** What to send instead of a form that is not supported: a command that converts it to a raw disk. */
final class Advice {
    static final String CONVERT = "convert it with 'qemu-img convert -O raw FILE disk.raw' and send disk.raw";
    static final String DESCRIPTOR = "it only names the file that contains the disk; " + CONVERT;
    static final String SPARSE = "convert it with 'simg2img FILE disk.raw' and send disk.raw";
    static final String TAR = "unpack it ('tar -xf FILE') and send the disk image inside";

    private Advice() {}

    /**
     * The same advice for a sender that gave only one of the two parameters needed to store a compressed file
     * unchanged.
     */
    static String orKeepCompressed(String advice, String otherHalf) {
        return advice + "; or add '" + otherHalf + "' to store the compressed bytes themselves as the disk";
    }

    /** The advice to unpack with this command, which writes to its standard output. */
    static String unpack(String command) {
        return "send it unpacked: '" + command + " FILE | curl -T - URL'";
    }
}
