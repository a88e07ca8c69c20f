// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

/** The query keys of an upload URL, for the code that creates one and the code that checks it. */
public final class UploadUrlKeys {
    /** When it was given, in seconds since 1970. */
    public static final String GIVEN = "given";
    /** When it ends, in seconds since 1970. */
    public static final String EXPIRES = "expires";
    /** How the giver authenticated. */
    public static final String WAY = "way";
    /** The name of the giver. */
    public static final String BY = "by";
    /** The signature of all other values. */
    public static final String SIGNATURE = "signature";

    private UploadUrlKeys() {}
}
