// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import io.scrubjay.refusal.Refusal;

/** Which HTTP status a refusal has. */
public final class ProblemStatus {
    private ProblemStatus() {}

    public static int of(Refusal refusal) {
        return switch (refusal) {
            case INVALID_NAME, INVALID_REQUEST, LENGTH_MISMATCH, UPLOAD_CUT -> 400;
            case IMAGE_NOT_FOUND,
                    SNAPSHOT_NOT_FOUND,
                    VOLUME_NOT_FOUND,
                    RUN_NOT_FOUND,
                    EXPORT_NOT_FOUND,
                    UPLOAD_NOT_FOUND -> 404;
            case UPLOAD_IDLE -> 408;
            case IMAGE_EXISTS, IMAGE_NOT_READY, IMAGE_IN_USE, IMAGE_QUARANTINED, CANCELLED -> 409;
            case SNAPSHOT_EXISTS, VOLUME_EXISTS, VOLUME_IN_USE, VOLUME_SHRINK, UNREADABLE, UPLOAD_OFFSET_MISMATCH ->
                409;
            case LENGTH_REQUIRED -> 411;
            case PRECONDITION_FAILED -> 412;
            case TOO_LARGE -> 413;
            case UNSUPPORTED_IMAGE, UNSUPPORTED_MEDIA_TYPE -> 415;
            case RANGE_NOT_SATISFIABLE -> 416;
            case MALFORMED_IMAGE, DIGEST_MISMATCH, URL_NOT_ALLOWED -> 422;
            // The tus protocol's own.
            case CHECKSUM_MISMATCH -> 460;
            case NOT_PROVEN, DEVICE_FAILED -> 500;
            case EXPORT_UNSUPPORTED, UPLOAD_URL_UNSUPPORTED -> 501;
            case SOURCE_UNAVAILABLE, SOURCE_CHANGED -> 502;
            case BUSY -> 503;
            case POOL_FULL -> 507;
        };
    }
}
