// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.Optional;

/** The forms in which the bytes of an image or snapshot can be downloaded. */
enum ContentForm {
    /** The disk as it is. */
    RAW,
    /** A qcow2 file without compression. */
    QCOW2,
    /** A qcow2 file with zstd-compressed clusters. */
    ZSTD_QCOW2;

    /** Describes the query key {@code format} of a download. */
    static final String FORMAT_TEXT = "`raw`: the bytes of the disk. `qcow2`: a qcow2 file of it, without ranges.";

    /** Describes the query key {@code compression} of a download. */
    static final String COMPRESSION_TEXT =
            "How the clusters of a qcow2 file are compressed. With `zstd` the size of the file is not known beforehand.";

    /** Whether the agent makes a file of this form, and has to ask the pool where the disk has data first. */
    boolean isMade() {
        return this != RAW;
    }

    /**
     * The form that a client requests.
     *
     * @param format the value of the query key of this name
     * @param compression the value of the query key of this name
     * @throws RefusedException {@code invalid-request} when there is no such form
     */
    static ContentForm of(Optional<String> format, Optional<String> compression) {
        return switch (format.orElse("raw")) {
            case "raw" -> raw(compression.orElse("none"));
            case "qcow2" -> qcow2(compression.orElse("none"));
            default ->
                throw invalid("the query key 'format' is '" + format.get()
                        + "', but a download is raw or qcow2; send format=raw or format=qcow2");
        };
    }

    private static ContentForm raw(String compression) {
        if (!compression.equals("none")) {
            throw invalid("the query key 'compression' is '" + compression
                    + "', but the raw bytes of a disk are sent as they are; send format=qcow2&compression=zstd to get a"
                    + " compressed file, or leave out 'compression'");
        }
        return RAW;
    }

    private static ContentForm qcow2(String compression) {
        return switch (compression) {
            case "none" -> QCOW2;
            case "zstd" -> ZSTD_QCOW2;
            default ->
                throw invalid("the query key 'compression' is '" + compression
                        + "', but the clusters of a qcow2 file can only be compressed with zstd; send compression=zstd or"
                        + " compression=none");
        };
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
