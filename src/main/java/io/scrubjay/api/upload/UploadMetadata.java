// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Parses {@code Upload-Metadata}: keys, each with a value in Base64 after a blank, separated by commas. The values say
 * what the query of a PUT says; any that is invalid is refused with its key. Stateless.
 */
final class UploadMetadata {
    private static final String AUTO = "auto";
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("name", "format", "compression", "digest", "size", "contentDigest"));
    /** What web pages send of a file beside that; it is returned as it came, and means nothing. */
    private static final Set<String> PASSED_OVER = Set.of("filename", "filetype", "type", "relativePath");

    private UploadMetadata() {}

    /**
     * @param header the value of the header, if it was sent
     * @throws RefusedException {@code invalid-request} that names the key, {@code invalid-name}
     */
    static SessionRecord.Announced parse(Optional<String> header) {
        String text = header.orElse("");
        if (text.length() > SessionRecord.Announced.METADATA_LENGTH_MAX) {
            throw invalid("Upload-Metadata has " + text.length() + " characters; it may have "
                    + SessionRecord.Announced.METADATA_LENGTH_MAX);
        }
        Map<String, String> values = values(text);
        return new SessionRecord.Announced(
                ResourceNames.parse(Optional.ofNullable(values.get("name"))
                        .orElseThrow(
                                () -> invalid("Upload-Metadata has no key 'name'; send the name of the image: 'name"
                                        + " <the name in Base64>'"))),
                word(values, "format", UploadMetadata::format),
                word(values, "compression", UploadMetadata::compression),
                size(values),
                digest(values, "digest", Set.of(DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_512)).stream()
                        .toList(),
                digest(values, "contentDigest", Set.of(DigestAlgorithm.SCRUBJAY1)),
                text);
    }

    private static Map<String, String> values(String text) {
        Map<String, String> values = new TreeMap<>();
        if (text.isBlank()) {
            return values;
        }
        for (String pair : text.split(",", -1)) {
            List<String> words = List.of(pair.strip().split(" ", -1));
            String key = words.get(0);
            if (!KEYS.contains(key) && !PASSED_OVER.contains(key)) {
                throw invalid("unknown key '" + shown(key) + "' in Upload-Metadata; known keys are "
                        + String.join(", ", KEYS));
            }
            if (words.size() != 2) {
                throw invalid("the key '" + key + "' in Upload-Metadata needs one value: '" + key
                        + " <the value in Base64>'");
            }
            if (values.put(key, decoded(key, words.get(1))) != null) {
                throw invalid("Upload-Metadata has the key '" + key + "' twice; send it once");
            }
        }
        return values;
    }

    private static String shown(String key) {
        return key.length() <= 32 ? key : key.substring(0, 32) + "…";
    }

    private static String decoded(String key, String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException nonsense) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "the value of '" + key + "' in Upload-Metadata is not UTF-8 text in Base64",
                    nonsense);
        }
    }

    private static Optional<String> word(Map<String, String> values, String key, Predicate<String> isKnown) {
        Optional<String> word = Optional.ofNullable(values.get(key)).filter(value -> !value.equals(AUTO));
        word.filter(isKnown.negate()).ifPresent(unknown -> {
            throw invalid("'" + key + "' in Upload-Metadata must be "
                    + (key.equals("format") ? "auto, raw or qcow2" : "auto, none, gzip, xz or zstd") + ", not '"
                    + shown(unknown) + "'");
        });
        return word;
    }

    private static boolean format(String word) {
        return ImageFormat.ofWireName(word).isPresent();
    }

    private static boolean compression(String word) {
        return Compression.ofWireName(word).isPresent();
    }

    private static OptionalLong size(Map<String, String> values) {
        String text = values.get("size");
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(ByteSize.parse(text).bytes());
        } catch (IllegalArgumentException nonsense) {
            throw invalid("'size' in Upload-Metadata must be a number of bytes, such as 4096, 64K or 1M, not '"
                    + shown(text) + "'");
        }
    }

    private static Optional<Digest> digest(Map<String, String> values, String key, Set<DigestAlgorithm> algorithms) {
        String text = values.get(key);
        if (text == null) {
            return Optional.empty();
        }
        try {
            Digest digest = Digest.parse(text);
            if (algorithms.contains(digest.algorithm())) {
                return Optional.of(digest);
            }
        } catch (IllegalArgumentException nonsense) {
            throw invalid("'" + key + "' in Upload-Metadata: " + nonsense.getMessage());
        }
        throw invalid("'" + key + "' in Upload-Metadata must be "
                + (key.equals("digest") ? "sha-256:<hex> or sha-512:<hex>, of the file" : "scrubjay1:<hex>"));
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
