// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TokensTest {
    private static final String SECRET = "s3cret-of-at-least-sixteen";

    private static Tokens parse(String text) {
        return Tokens.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void eachTokenStandsForItsCaller() {
        // Given
        Tokens tokens = parse("# who may\n\nread grafana 0123456789abcdef0123\r\n  admin\tops  " + SECRET + "  \n");

        // When
        var reader = tokens.find("0123456789abcdef0123");

        // Then
        assertThat(reader).hasValue(Caller.of("grafana", Role.READ, Way.TOKEN));
        assertThat(tokens.find(SECRET)).hasValue(Caller.of("ops", Role.ADMIN, Way.TOKEN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "s3cret-of-at-least-sixtee", "s3cret-of-at-least-sixteen ", "S3CRET-OF-AT-LEAST-SIXTEEN"})
    void tokenThatIsInNoLineStandsForNobody(String token) {
        assertThat(parse("admin ops " + SECRET).find(token)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nobody for now\n"})
    void fileWithoutALineLetsNobodyIn(String content) {
        assertThat(parse(content).find(SECRET)).isEmpty();
        assertThat(parse(content).find("")).isEmpty();
    }

    @Test
    void nameIsThereWhileALineGivesItTheRole() {
        // Given
        Tokens tokens = parse("read ci 0123456789abcdef0123\nupload ci " + SECRET + "\nread grafana " + SECRET + "2");

        // When
        boolean uploader = tokens.names("ci", Role.UPLOAD);

        // Then
        assertThat(uploader).isTrue();
        assertThat(tokens.names("ci", Role.READ)).isTrue();
        assertThat(tokens.names("ci", Role.ADMIN)).isFalse();
        assertThat(tokens.names("grafana", Role.UPLOAD)).isFalse();
        assertThat(tokens.names("CI", Role.UPLOAD)).isFalse();
        assertThat(parse("").names("ci", Role.READ)).isFalse();
    }

    @Test
    void oneCallerMayHaveTwoTokens() {
        Tokens tokens = parse("upload ci " + SECRET + "\nupload ci " + SECRET + "2");
        assertThat(tokens.find(SECRET)).isEqualTo(tokens.find(SECRET + "2")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin ops",
                "admin s3cret-of-at-least-sixteen",
                "root ops s3cret-of-at-least-sixteen",
                "ADMIN ops s3cret-of-at-least-sixteen",
                "admin ops s3cret-of-at-least-sixteen and more",
                "admin ops s3cret-of-15ch",
                "read one s3cret-of-at-least-sixteen\nadmin two s3cret-of-at-least-sixteen"
            })
    void wrongLineIsRefusedWithoutWhatIsInIt(String text) {
        assertThatThrownBy(() -> parse("# first\n" + text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line ")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void nothingPrintsAToken() {
        assertThat(parse("admin ops " + SECRET)).asString().doesNotContain(SECRET);
        assertThat(SecretHash.of(SECRET)).hasToString("secret");
    }
}
