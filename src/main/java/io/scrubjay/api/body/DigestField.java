// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code Repr-Digest} and {@code Content-Digest}, RFC 9530: a dictionary of byte sequences, {@code
 * sha-256=:<base64>:, sha-512=:<base64>:}.
 */
public final class DigestField {
    private static final Pattern MEMBER = Pattern.compile("\\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):\\s*");

    private DigestField() {}

    /**
     * The digests that the field's members are. A member that cannot be checked is refused: its sender relies on a check.
     *
     * @param name the field's name, for messages
     */
    static List<Digest> parse(String name, String value) {
        List<Digest> digests = new ArrayList<>();
        for (String text : value.split(",", -1)) {
            Matcher member = MEMBER.matcher(text);
            if (!member.matches()) {
                throw invalid(name + " must look like 'sha-256=:<base64>:', not '" + text.strip() + "'");
            }
            digests.add(decode(name, algorithm(name, member.group(1)), member.group(2)));
        }
        return digests;
    }

    /** The same of {@code Digest}, RFC 3230: {@code SHA-256=<base64>,SHA-512=<base64>}. */
    static List<Digest> parseOld(String name, String value) {
        List<Digest> digests = new ArrayList<>();
        for (String text : value.split(",", -1)) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                throw invalid(name + " must look like 'SHA-256=<base64>', not '" + text.strip() + "'");
            }
            String algorithm = text.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            digests.add(decode(
                    name, algorithm(name, algorithm), text.substring(equals + 1).strip()));
        }
        return digests;
    }

    private static DigestAlgorithm algorithm(String field, String name) {
        return DigestAlgorithm.ofWireName(name)
                .filter(known -> known != DigestAlgorithm.SCRUBJAY1)
                .orElseThrow(() -> invalid(field + " has a " + name + " digest, which the agent cannot check; send only"
                        + " sha-256 or sha-512"));
    }

    /** One digest as a field's value. */
    public static String format(Digest digest) {
        return digest.algorithm().wireName() + "=:" + Base64.getEncoder().encodeToString(digest.toBytes()) + ":";
    }

    /** The digest of this algorithm whose bytes a field has in base 64. */
    static Digest decode(String name, DigestAlgorithm algorithm, String base64) {
        try {
            return Digest.of(algorithm, Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException nonsense) {
            throw invalid(name + ": " + nonsense.getMessage());
        }
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
