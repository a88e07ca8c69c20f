// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.MultiMap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the digests that a sender gave with a body, in all the places in which uploaders put them; for an upload they
 * are source digests. A digest that cannot be checked is refused with a text that says what to send instead; it is
 * never ignored, since its sender relies on a check. Stateless.
 */
public final class UploadDigests {
    private static final String INSTEAD =
            "send 'Repr-Digest: sha-256=:<base64>:', or for an upload '?digest=sha-256:<hex>'";
    /** Names of fields that hold a digest: known ones are read, the others refused. */
    private static final Pattern DIGEST =
            Pattern.compile(".*(checksum|digest|md5|sha-?1|sha-?256|sha-?384|sha-?512|crc-?32|crc-?64|goog-hash).*");
    /** Names of fields that are about digests but do not hold one. */
    private static final Pattern TALK =
            Pattern.compile("want-.*|x-amz-(sdk-)?checksum-(algorithm|type|mode)|x-checksum-policy");
    /**
     * Names of fields in which proxies pass on the digest of a client's certificate, which is not a digest of the body.
     */
    private static final Pattern CERTIFICATE = Pattern.compile(
            "(x-|cf-)?((ssl|tls)-(client-)?cert|(ssl|tls)-client|client-cert)(-fingerprint)?-sha-?(1|256)(-fingerprint)?");

    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    private UploadDigests() {}

    /** What the value of a query key must be, for people, if it is a digest. */
    public static Optional<String> expected(String key) {
        return switch (key) {
            case "digest", "checksum" -> Optional.of("sha-256:<hex> or sha-512:<hex>");
            case "contentDigest" -> Optional.of("scrubjay1:<hex>");
            default -> Optional.empty();
        };
    }

    /** All digests of a query and of headers; there may be several, and each is checked. */
    public static List<Digest> of(MultiMap query, MultiMap fields) {
        List<Digest> digests = new ArrayList<>();
        for (String key : List.of("digest", "checksum")) {
            query.getAll(key).forEach(text -> digests.add(parse("", text)));
        }
        for (String name : fields.names()) {
            digests.addAll(ofField(name, fields.getAll(name)));
        }
        requireNoneLater(fields);
        return digests;
    }

    /** Refuses all digests in the headers of a request whose body is not compared with any. */
    public static void refuse(MultiMap fields, String why) {
        for (String name : fields.names()) {
            if (isDigest(name) && !isUnsigned(name, fields.getAll(name))) {
                throw invalid(name + ": " + why);
            }
        }
        requireNoneLater(fields);
    }

    private static List<Digest> ofField(String name, List<String> values) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "repr-digest", "content-digest" -> DigestField.parse(name, String.join(",", values));
            case "digest" -> DigestField.parseOld(name, String.join(",", values));
            case "x-amz-checksum-sha256" -> base64(name, DigestAlgorithm.SHA_256, values);
            case "x-amz-checksum-sha512" -> base64(name, DigestAlgorithm.SHA_512, values);
            case "x-checksum-sha256" -> hex(name, DigestAlgorithm.SHA_256, values);
            case "x-checksum-sha512" -> hex(name, DigestAlgorithm.SHA_512, values);
            case "x-amz-content-sha256" ->
                hex(
                        name,
                        DigestAlgorithm.SHA_256,
                        values.stream().filter(value -> !value.equals(UNSIGNED)).toList());
            default -> {
                if (isDigest(name)) {
                    throw invalid("the agent cannot check " + name + "; " + INSTEAD);
                }
                yield List.of();
            }
        };
    }

    /**
     * Refuses digests that are announced for the trailer. They come too late: the algorithm would have to be known
     * before the body.
     */
    private static void requireNoneLater(MultiMap fields) {
        for (String announced : fields.getAll("Trailer")) {
            inTrailer(List.of(announced.split(",", -1))).ifPresent(why -> {
                throw invalid(why);
            });
        }
    }

    /** Why a request with these fields in its trailer is refused, if there is a digest among them. */
    static Optional<String> inTrailer(Collection<String> names) {
        return names.stream()
                .map(String::strip)
                .filter(UploadDigests::isDigest)
                .findFirst()
                .map(name -> "the agent cannot check " + name + " in a trailer; " + INSTEAD + ", before the body");
    }

    /** Whether the field says that there is no digest. */
    private static boolean isUnsigned(String field, List<String> values) {
        return field.equalsIgnoreCase("x-amz-content-sha256") && values.stream().allMatch(UNSIGNED::equals);
    }

    private static boolean isDigest(String field) {
        String name = field.toLowerCase(Locale.ROOT);
        return DIGEST.matcher(name).matches()
                && !TALK.matcher(name).matches()
                && !CERTIFICATE.matcher(name).matches();
    }

    private static List<Digest> base64(String name, DigestAlgorithm algorithm, List<String> values) {
        return values.stream()
                .map(value -> DigestField.decode(name, algorithm, value.strip()))
                .toList();
    }

    private static List<Digest> hex(String name, DigestAlgorithm algorithm, List<String> values) {
        return values.stream()
                .map(value -> parse(name + ": ", algorithm.wireName() + ":" + value.strip()))
                .toList();
    }

    private static Digest parse(String where, String text) {
        try {
            Digest digest = Digest.parse(text);
            if (digest.algorithm() != DigestAlgorithm.SCRUBJAY1) {
                return digest;
            }
        } catch (IllegalArgumentException nonsense) {
            throw invalid(where + nonsense.getMessage() + "; " + INSTEAD);
        }
        throw invalid("'digest' must be sha-256:<hex> or sha-512:<hex>; send a scrubjay1 digest as '?contentDigest='");
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
