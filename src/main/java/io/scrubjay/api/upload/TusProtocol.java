// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.session.PieceChecksum;
import io.vertx.core.http.HttpServerResponse;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The words of the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload), as far as the agent speaks it. */
public final class TusProtocol {
    /** Where sessions are created; each has a path below it. */
    public static final String PATH = "/v1/uploads";

    static final String VERSION = "1.0.0";
    static final String RESUMABLE = "Tus-Resumable";
    static final String VERSIONS = "Tus-Version";
    static final String OFFSET = "Upload-Offset";
    static final String LENGTH = "Upload-Length";
    static final String DEFER_LENGTH = "Upload-Defer-Length";
    static final String METADATA = "Upload-Metadata";
    static final String EXPIRES = "Upload-Expires";
    static final String CHECKSUM = "Upload-Checksum";
    static final String CONCAT = "Upload-Concat";
    static final String MEDIA_TYPE = "application/offset+octet-stream";

    private static final String EXTENSIONS =
            "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination";

    private TusProtocol() {}

    /** Whether this is the path of the protocol, or one below it. */
    public static boolean isAt(String path) {
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    /** Adds to the answer of an OPTIONS request what the agent can do. */
    public static void advertise(HttpServerResponse response) {
        response.putHeader(RESUMABLE, VERSION)
                .putHeader(VERSIONS, VERSION)
                .putHeader("Tus-Extension", EXTENSIONS)
                .putHeader("Tus-Checksum-Algorithm", algorithms());
    }

    /** The names of the algorithms of checksums, separated by commas. */
    static String algorithms() {
        return Arrays.stream(PieceChecksum.Algorithm.values())
                .map(PieceChecksum.Algorithm::wireName)
                .collect(Collectors.joining(","));
    }
}
