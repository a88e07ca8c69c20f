// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.refusal;

/** Why something was refused or failed, by the code that clients see and may rely on. */
public enum Refusal {
    INVALID_NAME("invalid-name"),
    INVALID_REQUEST("invalid-request"),
    MALFORMED_IMAGE("malformed-image"),
    UNSUPPORTED_IMAGE("unsupported-image"),
    DIGEST_MISMATCH("digest-mismatch"),
    LENGTH_MISMATCH("length-mismatch"),
    /** A body is needed, and the request has none. */
    LENGTH_REQUIRED("length-required"),
    /** The sender wanted it done to something else only. */
    PRECONDITION_FAILED("precondition-failed"),
    IMAGE_EXISTS("image-exists"),
    IMAGE_NOT_FOUND("image-not-found"),
    IMAGE_NOT_READY("image-not-ready"),
    IMAGE_IN_USE("image-in-use"),
    IMAGE_QUARANTINED("image-quarantined"),
    SNAPSHOT_EXISTS("snapshot-exists"),
    SNAPSHOT_NOT_FOUND("snapshot-not-found"),
    VOLUME_EXISTS("volume-exists"),
    VOLUME_NOT_FOUND("volume-not-found"),
    /** Somebody reads or writes it, or a job on it is under way. */
    VOLUME_IN_USE("volume-in-use"),
    /** A volume never gets smaller. */
    VOLUME_SHRINK("volume-shrink"),
    /** This engine exports nothing, or not so. */
    EXPORT_UNSUPPORTED("export-unsupported"),
    /** It exists, and is not exported. */
    EXPORT_NOT_FOUND("export-not-found"),
    /** There is no key to sign upload URLs with. */
    UPLOAD_URL_UNSUPPORTED("upload-url-unsupported"),
    RANGE_NOT_SATISFIABLE("range-not-satisfiable"),
    RUN_NOT_FOUND("run-not-found"),
    POOL_FULL("pool-full"),
    TOO_LARGE("too-large"),
    BUSY("busy"),
    /** The sender sent nothing for too long. */
    UPLOAD_IDLE("upload-idle"),
    /** The connection ended before the upload did. */
    UPLOAD_CUT("upload-cut"),
    /** The ingest was cancelled by deleting its image. */
    CANCELLED("cancelled"),
    /** What was read back is not what was written. */
    NOT_PROVEN("not-proven"),
    /** It is, or may be, what cannot be read since the agent started; nobody may conclude anything from that. */
    UNREADABLE("unreadable"),
    /** The device or the system below failed. */
    DEVICE_FAILED("device-failed");

    private final String code;

    Refusal(String code) {
        this.code = code;
    }

    /** The stable code on the wire. */
    public String code() {
        return code;
    }
}
