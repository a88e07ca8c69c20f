package io.scrubjay.api;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code Repr-Digest} and {@code Content-Digest}, RFC 9530: a dictionary of byte sequences, {@code
 * sha-256=:<base64>:, sha-512=:<base64>:}.
 */
final class DigestField {
    private static final Pattern MEMBER = Pattern.compile("\\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):\\s*");

    private DigestField() {}

    /**
     * The digests among the field's members that can be checked. Members of other algorithms are passed over, as the RFC
     * has it; but a field without any that can be checked is refused, since its sender relies on a check.
     *
     * @param name the field's name, for messages
     */
    static List<Digest> parse(String name, String value) {
        List<Digest> digests = new ArrayList<>();
        for (String text : value.split(",", -1)) {
            Matcher member = MEMBER.matcher(text);
            if (!member.matches()) {
                throw invalid(name + " is written sha-256=:<base64>:, not '" + text.strip() + "'");
            }
            Optional<DigestAlgorithm> algorithm =
                    DigestAlgorithm.ofWireName(member.group(1)).filter(known -> known != DigestAlgorithm.SCRUBJAY1);
            if (algorithm.isPresent()) {
                digests.add(decode(name, algorithm.get(), member.group(2)));
            }
        }
        if (digests.isEmpty()) {
            throw invalid(name + " has neither sha-256 nor sha-512; nothing else can be checked");
        }
        return digests;
    }

    /** One digest as a field's value. */
    static String format(Digest digest) {
        return digest.algorithm().wireName() + "=:" + Base64.getEncoder().encodeToString(digest.toBytes()) + ":";
    }

    private static Digest decode(String name, DigestAlgorithm algorithm, String base64) {
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
