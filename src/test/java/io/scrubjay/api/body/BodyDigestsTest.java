// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.block.DigestAlgorithm;
import io.vertx.core.MultiMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Base64;
import java.util.HexFormat;

import static org.assertj.core.api.Assertions.assertThat;

/** What a request without a body may say of it: that there is none. */
class BodyDigestsTest {
    private static final byte[] OF_NOTHING = sha256();
    private static final byte[] OF_SOMETHING = sha256((byte) 1);

    private static byte[] sha256(byte... body) {
        return DigestAlgorithm.SHA_256.newHash().digest(body);
    }

    private static MultiMap head(String name, String value, byte[] digest) {
        return MultiMap.caseInsensitiveMultiMap()
                .add(
                        name,
                        value.replace("B64", Base64.getEncoder().encodeToString(digest))
                                .replace("HEX", HexFormat.of().formatHex(digest)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-amz-content-sha256|UNSIGNED-PAYLOAD",
                "x-amz-content-sha256|HEX",
                "Content-Digest|sha-256=:B64:",
                "x-amz-checksum-mode|ENABLED",
                "X-Checksum-Policy|none",
            })
    void whatClientsSayWhoSignTheirRequestsIsNoProblemWithoutABody(String name, String value) {
        assertThat(BodyDigests.problemWithoutBody(head(name, value, OF_NOTHING)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-amz-content-sha256|HEX",
                "x-amz-content-sha256|STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "Content-Digest|sha-256=:B64:",
                "Content-MD5|AAAAAAAAAAAAAAAAAAAAAA==",
                "Trailer|Repr-Digest",
            })
    void theDigestOfABodyThatIsNotThereIsRefused(String name, String value) {
        assertThat(BodyDigests.problemWithoutBody(head(name, value, OF_SOMETHING)))
                .hasValueSatisfying(problem -> assertThat(problem.code()).isEqualTo("invalid-request"));
    }
}
