// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

/** What an upload URL's query has, for whoever makes one and whoever checks it. */
public final class UploadUrlKeys {
    /** When it was given, in seconds since 1970. */
    public static final String GIVEN = "given";
    /** When it ends, in seconds since 1970. */
    public static final String EXPIRES = "expires";
    /** How whoever gave leave had proved who it is. */
    public static final String WAY = "way";
    /** Who gave leave. */
    public static final String BY = "by";
    /** Proves the rest. */
    public static final String SIGNATURE = "signature";

    private UploadUrlKeys() {}
}
