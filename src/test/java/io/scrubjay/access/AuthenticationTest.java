// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** How long what somebody gave outlives whoever gave it. */
class AuthenticationTest {
    private static final String LINES = "upload ci 0123456789abcdef0123\nread grafana 0123456789abcdef0124\n";

    @TempDir
    Path directory;

    private WatchedFile<Tokens> tokens;

    private Authentication authentication(Map<String, Role> subjects, Set<Authentication.Voucher> vouchers)
            throws IOException {
        Path file = Files.writeString(directory.resolve("tokens"), LINES);
        tokens = WatchedFile.open(file, Tokens::parse);
        return new Authentication(Optional.of(tokens), new Subjects(subjects), vouchers);
    }

    private Authentication authentication() throws IOException {
        return authentication(
                Map.of("ci-subject", Role.UPLOAD, "reader", Role.READ), Set.of(Authentication.Voucher.values()));
    }

    private static UploadGrant grant(Way way, String by) {
        return new UploadGrant("debian-12", new UploadGrant.Term(Instant.EPOCH, Instant.EPOCH), way, by);
    }

    @Test
    void grantByATokenHoldsWhileTheFileHasItsName() throws IOException {
        // Given
        Authentication authentication = authentication();
        boolean before = authentication.upholds(grant(Way.TOKEN, "ci"));

        // When
        Files.writeString(tokens.path(), LINES.replace("upload ci", "read ci"));
        tokens.look();

        // Then
        assertThat(before).isTrue();
        assertThat(authentication.upholds(grant(Way.TOKEN, "ci"))).isFalse();
        assertThat(authentication.upholds(grant(Way.TOKEN, "grafana"))).isFalse();
        // That it is configured as a subject is no line of the file.
        assertThat(authentication.upholds(grant(Way.TOKEN, "ci-subject"))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"ISSUER", "CERTIFICATE"})
    void grantByASubjectHoldsWhileItsRoleIsConfigured(Way way) throws IOException {
        // Given
        Authentication authentication = authentication();

        // When
        boolean configured = authentication.upholds(grant(way, "ci-subject"));

        // Then
        assertThat(configured).isTrue();
        assertThat(authentication.upholds(grant(way, "reader"))).isFalse();
        assertThat(authentication.upholds(grant(way, "ci"))).isFalse();
        assertThat(authentication(Map.of("ci-subject", Role.UPLOAD), Set.of()).upholds(grant(way, "ci-subject")))
                .isFalse();
    }

    @Test
    void grantByAGroupHoldsWhileThereIsAnIssuer() throws IOException {
        assertThat(authentication().upholds(grant(Way.ISSUER_GROUP, "anybody"))).isTrue();
        assertThat(authentication(Map.of(), Set.of(Authentication.Voucher.CERTIFICATES))
                        .upholds(grant(Way.ISSUER_GROUP, "anybody")))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "UPLOAD_URL"})
    void grantByNobodyDoesNotHold(Way way) throws IOException {
        assertThat(authentication().upholds(grant(way, "ci"))).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void openAgentUpholdsEveryGrant(Way way) {
        Authentication open = new Authentication(Optional.empty(), new Subjects(Map.of()), Set.of());
        assertThat(open.upholds(grant(way, "ci"))).isTrue();
    }
}
