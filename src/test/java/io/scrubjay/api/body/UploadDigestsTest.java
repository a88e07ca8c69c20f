// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Base64;
import java.util.HexFormat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A digest is read or refused, never passed over. */
class UploadDigestsTest {
    private static final byte[] BYTES = DigestAlgorithm.SHA_256.newHash().digest(new byte[] {1});
    private static final String HEX = HexFormat.of().formatHex(BYTES);
    private static final String BASE64 = Base64.getEncoder().encodeToString(BYTES);
    private static final Digest DIGEST = Digest.of(DigestAlgorithm.SHA_256, BYTES);

    private static MultiMap none() {
        return MultiMap.caseInsensitiveMultiMap();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Repr-Digest|sha-256=:B64:",
                "content-digest|sha-256=:B64:",
                "Digest|SHA-256=B64",
                "digest|sha-256=B64",
                "x-amz-checksum-sha256|B64",
                "X-Checksum-Sha256|HEX",
                "x-amz-content-sha256|HEX",
            })
    void aDigestInAFieldOfAnotherStoreIsRead(String name, String value) {
        // When
        MultiMap fields = none().add(name, value.replace("B64", BASE64).replace("HEX", HEX));

        // Then
        assertThat(UploadDigests.of(none(), fields)).containsExactly(DIGEST);
    }

    @ParameterizedTest
    @CsvSource({"digest, sha-256", "digest, sha256", "checksum, sha256"})
    void aDigestInTheQueryIsRead(String key, String algorithm) {
        // When
        MultiMap query = none().add(key, algorithm + ":" + HEX);

        // Then
        assertThat(UploadDigests.of(query, none())).containsExactly(DIGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Checksum-Sha256", "X-Checksum-Sha512", "x-amz-content-sha256"})
    void fieldThatHoldsNoDigestIsNamed(String name) {
        // When
        MultiMap fields = none().add(name, "zz");

        // Then
        assertThat(catchThrowableOfType(RefusedException.class, () -> UploadDigests.of(none(), fields)))
                .hasMessageStartingWith(name + ": ");
    }

    @Test
    void ofSeveralDigestsEachIsRead() {
        // When
        MultiMap query = none().add("digest", "sha-256:" + HEX).add("digest", "sha-256:" + "0".repeat(64));

        // Then
        assertThat(UploadDigests.of(query, none()))
                .containsExactly(DIGEST, Digest.of(DigestAlgorithm.SHA_256, new byte[32]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-MD5|AAAAAAAAAAAAAAAAAAAAAA==",
                "x-amz-checksum-crc32c|AAAAAA==",
                "x-goog-hash|crc32c=AAAAAA==",
                "X-Checksum-Sha1|00",
                "x-ms-blob-content-md5|AAAAAAAAAAAAAAAAAAAAAA==",
                "Upload-Checksum|sha1 AAAA",
                "Digest|MD5=AAAAAAAAAAAAAAAAAAAAAA==",
                "Repr-Digest|md5=:AAAAAAAAAAAAAAAAAAAAAA==:",
                "x-amz-content-sha256|STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "X-Client-Sha256|00",
                "X-Fingerprint-Sha256|00",
                "X-Uploader-Cert-Md5|00",
                "Trailer|Repr-Digest",
                "Trailer|Expires, x-amz-checksum-crc32",
            })
    void aDigestThatCannotBeCheckedIsRefusedWithWhatToSendInstead(String name, String value) {
        // When
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> UploadDigests.of(none(), none().add(name, value)));

        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST);
        assertThat(refused).hasMessageContaining("sha-256");
    }

    @Test
    void aDigestBesideOneThatCanBeCheckedIsRefusedToo() {
        // When
        MultiMap fields = none().add("Repr-Digest", "sha-256=:" + BASE64 + ":, md5=:AAAA:");

        // Then
        assertThat(catchThrowableOfType(RefusedException.class, () -> UploadDigests.of(none(), fields)))
                .hasMessageContaining("md5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Want-Repr-Digest",
                "x-amz-sdk-checksum-algorithm",
                "User-Agent",
                "If-Match",
                "X-SSL-Client-SHA1",
                "X-Client-Cert-SHA256-Fingerprint",
                "Cf-Client-Cert-Sha256",
            })
    void fieldsWithoutADigestAreOfNoInterest(String name) {
        assertThat(UploadDigests.of(none(), none().add(name, "sha-256"))).isEmpty();
    }

    @Test
    void aPayloadThatIsNotSignedHasNoDigest() {
        assertThat(UploadDigests.of(none(), none().add("x-amz-content-sha256", "UNSIGNED-PAYLOAD")))
                .isEmpty();
    }

    @Test
    void aPayloadThatIsNotSignedIsTakenWhereDigestsAreRefused() {
        // When
        MultiMap unsigned = none().add("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
        MultiMap both = none().add("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD").add("X-Amz-Content-Sha256", HEX);

        // Then
        assertThatCode(() -> UploadDigests.refuse(unsigned, "")).doesNotThrowAnyException();
        assertThat(catchThrowableOfType(RefusedException.class, () -> UploadDigests.refuse(both, "")))
                .isNotNull();
    }
}
