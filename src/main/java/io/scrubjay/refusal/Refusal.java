// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.refusal;

/** The reasons why a request was refused or failed, each with the code that clients see and may rely on. */
public enum Refusal {
    INVALID_NAME("invalid-name"),
    INVALID_REQUEST("invalid-request"),
    MALFORMED_IMAGE("malformed-image"),
    UNSUPPORTED_IMAGE("unsupported-image"),
    DIGEST_MISMATCH("digest-mismatch"),
    LENGTH_MISMATCH("length-mismatch"),
    /** The request needs a body, but has none. */
    LENGTH_REQUIRED("length-required"),
    /** The client set a condition, such as an entity tag, which does not hold. */
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
    /** Somebody is reading or writing the volume, or a job on it is running. */
    VOLUME_IN_USE("volume-in-use"),
    /** A volume never gets smaller. */
    VOLUME_SHRINK("volume-shrink"),
    /** This engine has no exports, or not of this kind. */
    EXPORT_UNSUPPORTED("export-unsupported"),
    /** The image, snapshot or volume exists, but is not exported. */
    EXPORT_NOT_FOUND("export-not-found"),
    /** There is no key to sign upload URLs with. */
    UPLOAD_URL_UNSUPPORTED("upload-url-unsupported"),
    /** There is no resumable upload of this id: it has ended, or has expired. */
    UPLOAD_NOT_FOUND("upload-not-found"),
    /** The request begins at another byte than the one that the resumable upload needs next. */
    UPLOAD_OFFSET_MISMATCH("upload-offset-mismatch"),
    /** The bytes of a request differ from the checksum that was sent with them. */
    CHECKSUM_MISMATCH("checksum-mismatch"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type"),
    RANGE_NOT_SATISFIABLE("range-not-satisfiable"),
    RUN_NOT_FOUND("run-not-found"),
    POOL_FULL("pool-full"),
    TOO_LARGE("too-large"),
    BUSY("busy"),
    /** The sender sent nothing for too long. */
    UPLOAD_IDLE("upload-idle"),
    /** The connection ended before the upload did. */
    UPLOAD_CUT("upload-cut"),
    /** The agent does not fetch from this URL, or from an address that it leads to. */
    URL_NOT_ALLOWED("url-not-allowed"),
    /** The server of a URL does not answer, or not with the file. */
    SOURCE_UNAVAILABLE("source-unavailable"),
    /** The file at a URL changed while it was being fetched. */
    SOURCE_CHANGED("source-changed"),
    /** The ingest was cancelled by deleting its image. */
    CANCELLED("cancelled"),
    /** The bytes that were read back differ from those that were written. */
    NOT_PROVEN("not-proven"),
    /**
     * The request needs something that could not be read when the agent started, or may be one of these things; it must
     * not be taken for absent.
     */
    UNREADABLE("unreadable"),
    /** The device or the operating system failed. */
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
