// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.api.problem.ProblemStatus;
import io.scrubjay.refusal.Refusal;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static io.scrubjay.refusal.Refusal.BUSY;
import static io.scrubjay.refusal.Refusal.CANCELLED;
import static io.scrubjay.refusal.Refusal.CHECKSUM_MISMATCH;
import static io.scrubjay.refusal.Refusal.DEVICE_FAILED;
import static io.scrubjay.refusal.Refusal.DIGEST_MISMATCH;
import static io.scrubjay.refusal.Refusal.EXPORT_NOT_FOUND;
import static io.scrubjay.refusal.Refusal.EXPORT_UNSUPPORTED;
import static io.scrubjay.refusal.Refusal.IMAGE_EXISTS;
import static io.scrubjay.refusal.Refusal.IMAGE_IN_USE;
import static io.scrubjay.refusal.Refusal.IMAGE_NOT_FOUND;
import static io.scrubjay.refusal.Refusal.IMAGE_NOT_READY;
import static io.scrubjay.refusal.Refusal.IMAGE_QUARANTINED;
import static io.scrubjay.refusal.Refusal.INVALID_NAME;
import static io.scrubjay.refusal.Refusal.INVALID_REQUEST;
import static io.scrubjay.refusal.Refusal.LENGTH_MISMATCH;
import static io.scrubjay.refusal.Refusal.LENGTH_REQUIRED;
import static io.scrubjay.refusal.Refusal.MALFORMED_IMAGE;
import static io.scrubjay.refusal.Refusal.NOT_PROVEN;
import static io.scrubjay.refusal.Refusal.POOL_FULL;
import static io.scrubjay.refusal.Refusal.PRECONDITION_FAILED;
import static io.scrubjay.refusal.Refusal.RANGE_NOT_SATISFIABLE;
import static io.scrubjay.refusal.Refusal.RUN_NOT_FOUND;
import static io.scrubjay.refusal.Refusal.SNAPSHOT_EXISTS;
import static io.scrubjay.refusal.Refusal.SNAPSHOT_NOT_FOUND;
import static io.scrubjay.refusal.Refusal.TOO_LARGE;
import static io.scrubjay.refusal.Refusal.UNREADABLE;
import static io.scrubjay.refusal.Refusal.UNSUPPORTED_IMAGE;
import static io.scrubjay.refusal.Refusal.UNSUPPORTED_MEDIA_TYPE;
import static io.scrubjay.refusal.Refusal.UPLOAD_CUT;
import static io.scrubjay.refusal.Refusal.UPLOAD_IDLE;
import static io.scrubjay.refusal.Refusal.UPLOAD_NOT_FOUND;
import static io.scrubjay.refusal.Refusal.UPLOAD_OFFSET_MISMATCH;
import static io.scrubjay.refusal.Refusal.UPLOAD_URL_UNSUPPORTED;
import static io.scrubjay.refusal.Refusal.URL_NOT_ALLOWED;
import static io.scrubjay.refusal.Refusal.VOLUME_EXISTS;
import static io.scrubjay.refusal.Refusal.VOLUME_IN_USE;
import static io.scrubjay.refusal.Refusal.VOLUME_NOT_FOUND;
import static io.scrubjay.refusal.Refusal.VOLUME_SHRINK;

/** Which problems each operation of the API can return, for the OpenAPI document. Immutable. */
final class OperationProblems {
    private static final String UPLOAD = "PUT /v1/images/{name}/content";
    private static final String LONGHORN_UPLOAD = "POST /v1/images/{name}";
    /** The refusals of whatever has a file in its body. */
    private static final Refusal[] OF_FILES = {
        INVALID_NAME,
        LENGTH_MISMATCH,
        UPLOAD_CUT,
        UPLOAD_IDLE,
        IMAGE_EXISTS,
        CANCELLED,
        TOO_LARGE,
        UNSUPPORTED_IMAGE,
        MALFORMED_IMAGE,
        DIGEST_MISMATCH,
        NOT_PROVEN,
        DEVICE_FAILED,
        POOL_FULL
    };

    private static final Pattern NAMED = Pattern.compile("/v1/(images|snapshots|volumes)/\\{name}.*");

    private static final String RUN = "/v1/scrub/runs/{id}";

    /** The refusals of each operation, without those that {@link #of} adds to all operations of its kind. */
    private static final Map<String, Set<Refusal>> OWN = Map.ofEntries(
            only("GET /v1/images"),
            only("DELETE /v1/images"),
            only(
                    "POST /v1/images",
                    and(
                            OF_FILES,
                            URL_NOT_ALLOWED,
                            VOLUME_NOT_FOUND,
                            VOLUME_IN_USE,
                            SNAPSHOT_NOT_FOUND,
                            IMAGE_NOT_READY,
                            IMAGE_QUARANTINED,
                            UNREADABLE)),
            only("GET /v1/images/{name}"),
            only(LONGHORN_UPLOAD, OF_FILES),
            only("GET /v1/images/{name}/events", BUSY),
            only("DELETE /v1/images/{name}", IMAGE_IN_USE, DEVICE_FAILED),
            only(UPLOAD, OF_FILES),
            only(
                    "GET /v1/images/{name}/content",
                    IMAGE_NOT_READY,
                    IMAGE_QUARANTINED,
                    RANGE_NOT_SATISFIABLE,
                    NOT_PROVEN,
                    DEVICE_FAILED),
            only("HEAD /v1/images/{name}/content", IMAGE_NOT_READY, IMAGE_QUARANTINED, DEVICE_FAILED),
            only("GET /v1/images/{name}/manifest", IMAGE_NOT_READY, IMAGE_QUARANTINED, DEVICE_FAILED),
            only("GET /v1/images/{name}/clusters", IMAGE_NOT_READY, IMAGE_QUARANTINED, DEVICE_FAILED),
            only("GET /v1/images/{name}/export", EXPORT_NOT_FOUND),
            only(
                    "POST /v1/images/{name}/export",
                    IMAGE_NOT_READY,
                    IMAGE_QUARANTINED,
                    DEVICE_FAILED,
                    EXPORT_UNSUPPORTED),
            only("DELETE /v1/images/{name}/export", DEVICE_FAILED),
            only(
                    "POST /v1/uploads",
                    INVALID_NAME,
                    IMAGE_EXISTS,
                    UPLOAD_NOT_FOUND,
                    UPLOAD_CUT,
                    UPLOAD_IDLE,
                    UPLOAD_OFFSET_MISMATCH,
                    LENGTH_MISMATCH,
                    CHECKSUM_MISMATCH,
                    CANCELLED,
                    TOO_LARGE,
                    MALFORMED_IMAGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    UNREADABLE,
                    DEVICE_FAILED,
                    POOL_FULL),
            only("HEAD /v1/uploads/{upload}", UPLOAD_NOT_FOUND, UNREADABLE, DEVICE_FAILED),
            only(
                    "PATCH /v1/uploads/{upload}",
                    IMAGE_EXISTS,
                    UPLOAD_NOT_FOUND,
                    UPLOAD_CUT,
                    UPLOAD_IDLE,
                    UPLOAD_OFFSET_MISMATCH,
                    LENGTH_MISMATCH,
                    CHECKSUM_MISMATCH,
                    CANCELLED,
                    TOO_LARGE,
                    MALFORMED_IMAGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    UNREADABLE,
                    DEVICE_FAILED,
                    POOL_FULL),
            only("DELETE /v1/uploads/{upload}", UPLOAD_NOT_FOUND, UNREADABLE, DEVICE_FAILED),
            only("POST /v1/upload-urls", INVALID_NAME, UPLOAD_URL_UNSUPPORTED),
            only("GET /v1/volumes", DEVICE_FAILED),
            only(
                    "POST /v1/volumes",
                    INVALID_NAME,
                    IMAGE_NOT_FOUND,
                    SNAPSHOT_NOT_FOUND,
                    VOLUME_EXISTS,
                    VOLUME_SHRINK,
                    IMAGE_NOT_READY,
                    IMAGE_QUARANTINED,
                    TOO_LARGE,
                    NOT_PROVEN,
                    UNREADABLE,
                    DEVICE_FAILED,
                    POOL_FULL),
            only("GET /v1/volumes/{name}", DEVICE_FAILED),
            only("PATCH /v1/volumes/{name}", VOLUME_IN_USE, VOLUME_SHRINK, TOO_LARGE, DEVICE_FAILED, POOL_FULL),
            only("DELETE /v1/volumes/{name}", VOLUME_IN_USE, DEVICE_FAILED),
            only("GET /v1/volumes/{name}/content", RANGE_NOT_SATISFIABLE, VOLUME_IN_USE, DEVICE_FAILED),
            only("HEAD /v1/volumes/{name}/content", DEVICE_FAILED),
            only(
                    "PUT /v1/volumes/{name}/content",
                    LENGTH_MISMATCH,
                    UPLOAD_CUT,
                    UPLOAD_IDLE,
                    VOLUME_IN_USE,
                    RANGE_NOT_SATISFIABLE,
                    DEVICE_FAILED,
                    POOL_FULL),
            only("GET /v1/volumes/{name}/export", EXPORT_NOT_FOUND, DEVICE_FAILED),
            only("POST /v1/volumes/{name}/export", VOLUME_IN_USE, DEVICE_FAILED, EXPORT_UNSUPPORTED),
            only("DELETE /v1/volumes/{name}/export", DEVICE_FAILED),
            only("GET /v1/volumes/{name}/snapshots"),
            only(
                    "POST /v1/volumes/{name}/snapshots",
                    SNAPSHOT_EXISTS,
                    VOLUME_IN_USE,
                    NOT_PROVEN,
                    DEVICE_FAILED,
                    POOL_FULL),
            only("POST /v1/volumes/{name}/inflate", VOLUME_IN_USE, DEVICE_FAILED),
            only("POST /v1/volumes/{name}/decouple", VOLUME_IN_USE, DEVICE_FAILED),
            only("GET /v1/snapshots"),
            only("GET /v1/snapshots/{name}"),
            only("DELETE /v1/snapshots/{name}", IMAGE_IN_USE, DEVICE_FAILED),
            only(
                    "GET /v1/snapshots/{name}/content",
                    IMAGE_NOT_READY,
                    IMAGE_QUARANTINED,
                    RANGE_NOT_SATISFIABLE,
                    NOT_PROVEN,
                    DEVICE_FAILED),
            only("HEAD /v1/snapshots/{name}/content", IMAGE_NOT_READY, IMAGE_QUARANTINED, DEVICE_FAILED),
            only("GET /v1/snapshots/{name}/manifest", IMAGE_NOT_READY, IMAGE_QUARANTINED, DEVICE_FAILED),
            only("GET /v1/snapshots/{name}/clusters", IMAGE_NOT_READY, IMAGE_QUARANTINED, DEVICE_FAILED),
            only("GET /v1/snapshots/{name}/export", EXPORT_NOT_FOUND),
            only(
                    "POST /v1/snapshots/{name}/export",
                    IMAGE_NOT_READY,
                    IMAGE_QUARANTINED,
                    DEVICE_FAILED,
                    EXPORT_UNSUPPORTED),
            only("DELETE /v1/snapshots/{name}/export", DEVICE_FAILED),
            only("GET /v1/pool", DEVICE_FAILED),
            only("GET /v1/scrub"),
            only("PATCH /v1/scrub"),
            only("GET /v1/scrub/runs"),
            only("POST /v1/scrub/runs", INVALID_NAME, IMAGE_NOT_FOUND, SNAPSHOT_NOT_FOUND),
            only("GET /v1/scrub/runs/{id}"),
            only("DELETE /v1/scrub/runs/{id}"));

    private OperationProblems() {}

    private static Map.Entry<String, Set<Refusal>> only(String operation, Refusal... refusals) {
        Set<Refusal> own = EnumSet.noneOf(Refusal.class);
        Collections.addAll(own, refusals);
        return Map.entry(operation, own);
    }

    private static Refusal[] and(Refusal[] some, Refusal... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(Refusal[]::new);
    }

    /** All operations whose refusals are known, as method and path. */
    static Set<String> operations() {
        return OWN.keySet();
    }

    /**
     * The codes of all problems that an operation can return, by status.
     *
     * @param body the kind of body that a request has
     */
    static SortedMap<Integer, SortedSet<String>> of(String method, String path, BodyKind body) {
        SortedMap<Integer, SortedSet<String>> problems = new TreeMap<>();
        add(problems, INVALID_REQUEST, PRECONDITION_FAILED, BUSY);
        if (body != BodyKind.NONE) {
            add(problems, LENGTH_REQUIRED);
        }
        Set<Refusal> own = OWN.getOrDefault(method + " " + path, Set.of());
        add(problems, own.toArray(Refusal[]::new));
        add(problems, 401, "unauthorized");
        add(problems, 403, "forbidden");
        if (!(method + " " + path).equals(UPLOAD)) {
            add(problems, 406, "not-acceptable");
        }
        add(problems, 500, "internal-error");
        add(problems, 503, "issuer-unavailable");
        if (method.equals("POST") || method.equals("PATCH")) {
            add(problems, DIGEST_MISMATCH);
        }
        if (body == BodyKind.JSON) {
            add(problems, TOO_LARGE);
            add(problems, 408, "request-timeout");
            add(problems, 415, "unsupported-media-type");
        }
        if ((method + " " + path).equals(LONGHORN_UPLOAD)) {
            add(problems, 415, "unsupported-media-type");
        }
        if (path.equals(RUN)) {
            add(problems, RUN_NOT_FOUND);
        }
        Matcher named = NAMED.matcher(path);
        if (named.matches()) {
            add(problems, INVALID_NAME);
            if (own.contains(DEVICE_FAILED)) {
                add(problems, UNREADABLE);
            }
        }
        if ((method + " " + path).equals(UPLOAD)) {
            add(problems, 401, "upload-url-expired");
        } else if (named.matches() && !(method + " " + path).equals(LONGHORN_UPLOAD)) {
            add(problems, notFound(named.group(1)));
        }
        return problems;
    }

    /** The kind of body that a request has. */
    enum BodyKind {
        NONE,
        JSON,
        BYTES
    }

    private static Refusal notFound(String kind) {
        return switch (kind) {
            case "images" -> IMAGE_NOT_FOUND;
            case "snapshots" -> SNAPSHOT_NOT_FOUND;
            default -> VOLUME_NOT_FOUND;
        };
    }

    private static void add(SortedMap<Integer, SortedSet<String>> problems, Refusal... refusals) {
        for (Refusal refusal : refusals) {
            add(problems, ProblemStatus.of(refusal), refusal.code());
        }
    }

    private static void add(SortedMap<Integer, SortedSet<String>> problems, int status, String code) {
        problems.computeIfAbsent(status, key -> new TreeSet<>()).add(code);
    }
}
