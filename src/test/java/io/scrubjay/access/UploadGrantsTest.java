// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import io.scrubjay.access.UploadGrants.Signed;
import io.scrubjay.access.UploadGrants.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UploadGrantsTest {
    private static final Caller CI = Caller.of("ci", Role.UPLOAD, Way.TOKEN);
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private Path keyFile;
    private WatchedFile<UploadKey> key;
    private UploadGrants grants;
    private Instant now = Instant.parse("2026-03-01T12:00:00.700Z");

    @BeforeEach
    void open() throws IOException {
        keyFile = Files.writeString(directory.resolve("key"), KEY + "\n");
        key = WatchedFile.open(keyFile, UploadKey::parse);
        grants = new UploadGrants(Optional.of(key), Duration.ofHours(1), () -> now);
    }

    private Signed granted() {
        return grants.grant("debian-12", Duration.ofMinutes(1), CI);
    }

    @Test
    void grantHoldsUntilItExpires() {
        // Given
        Signed signed = granted();

        // When
        now = Instant.parse("2026-03-01T12:00:59.999Z");
        Verdict justBefore = grants.judge(signed.grant(), signed.signature());
        now = Instant.parse("2026-03-01T12:01:00Z");

        // Then
        assertThat(justBefore).isEqualTo(Verdict.VALID);
        assertThat(grants.judge(signed.grant(), signed.signature())).isEqualTo(Verdict.EXPIRED);
    }

    @Test
    void clockThatIsSetBackLendsNoTime() {
        // Given
        Signed signed = granted();

        // When
        now = now.minus(Duration.ofHours(1));
        Verdict before = grants.judge(signed.grant(), signed.signature());

        // Then
        assertThat(before).isEqualTo(Verdict.EXPIRED);
        Signed again = granted();
        assertThat(grants.judge(again.grant(), again.signature())).isEqualTo(Verdict.VALID);
    }

    @Test
    void clocksThatDifferByAMinuteTakeEachOthersGrants() {
        // Given
        Signed signed = granted();

        // When
        now = now.minusSeconds(60);

        // Then
        assertThat(grants.judge(signed.grant(), signed.signature())).isEqualTo(Verdict.VALID);
    }

    @Test
    void signatureIsAlwaysTheSame() {
        // Given
        UploadGrant.Term term =
                new UploadGrant.Term(Instant.ofEpochSecond(1_799_999_400), Instant.ofEpochSecond(1_800_000_000));
        UploadGrant grant = new UploadGrant("debian-12", term, Way.TOKEN, "ci");

        // When
        String signature =
                UploadKey.parse(KEY.getBytes(StandardCharsets.US_ASCII)).sign(grant);

        // Then: openssl dgst -sha256 -hmac says the same of this text
        assertThat(grant.text())
                .isEqualTo("scrubjay-upload-3\nPUT\n/v1/images/debian-12/content\n1799999400\n1800000000\ntoken\nci");
        assertThat(signature).isEqualTo("aW6prRKrop5nGkAOmxJYPgsCB0C0iCM7yTQ0_Mehans");
    }

    @Test
    void signatureIsForOneImageOneTimeAndOneGiver() {
        // Given
        Signed signed = granted();
        UploadGrant grant = signed.grant();

        // When
        UploadGrant.Term term = grant.term();
        UploadGrant.Term longer =
                new UploadGrant.Term(term.givenAt(), term.expiresAt().plusSeconds(1));
        UploadGrant.Term earlier = new UploadGrant.Term(term.givenAt().minusSeconds(1), term.expiresAt());
        UploadGrant otherImage = new UploadGrant("debian-13", term, grant.way(), grant.by());
        UploadGrant later = new UploadGrant(grant.image(), longer, grant.way(), grant.by());
        UploadGrant sooner = new UploadGrant(grant.image(), earlier, grant.way(), grant.by());
        UploadGrant otherName = new UploadGrant(grant.image(), term, grant.way(), "ops");
        UploadGrant otherWay = new UploadGrant(grant.image(), term, Way.ISSUER_GROUP, grant.by());

        // Then
        assertThat(grants.judge(otherImage, signed.signature())).isEqualTo(Verdict.FORGED);
        assertThat(grants.judge(later, signed.signature())).isEqualTo(Verdict.FORGED);
        assertThat(grants.judge(sooner, signed.signature())).isEqualTo(Verdict.FORGED);
        assertThat(grants.judge(otherName, signed.signature())).isEqualTo(Verdict.FORGED);
        assertThat(grants.judge(otherWay, signed.signature())).isEqualTo(Verdict.FORGED);
        assertThat(grants.judge(grant, signed.signature())).isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "ü", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void anythingElseIsForged(String signature) {
        assertThat(grants.judge(granted().grant(), signature)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void forgedGrantIsForgedAlsoWhenItHasExpired() {
        UploadGrant old =
                new UploadGrant("debian-12", new UploadGrant.Term(Instant.EPOCH, Instant.EPOCH), Way.TOKEN, "ci");
        assertThat(grants.judge(old, granted().signature())).isEqualTo(Verdict.FORGED);
    }

    @Test
    void newKeyEndsAllGrants() throws IOException {
        // Given
        Signed signed = granted();

        // When
        Files.writeString(keyFile, "another key of thirty-two bytes or more");
        key.look();

        // Then
        assertThat(grants.judge(signed.grant(), signed.signature())).isEqualTo(Verdict.FORGED);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 3601})
    void lifetimeHasBounds(long seconds) {
        assertThatThrownBy(() -> grants.grant("debian-12", Duration.ofSeconds(seconds), CI))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 3600 seconds");
    }

    @Test
    void withoutAKeyNothingIsGrantedAndEverythingForged() {
        // Given
        Signed signed = granted();

        // When
        UploadGrants keyless = new UploadGrants(Optional.empty(), Duration.ofHours(1), () -> now);

        // Then
        assertThat(keyless.arePossible()).isFalse();
        assertThat(keyless.judge(signed.grant(), signed.signature())).isEqualTo(Verdict.FORGED);
        assertThatThrownBy(() -> keyless.grant("debian-12", Duration.ofSeconds(1), CI))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keyThatIsTooShortIsRefused() {
        byte[] almost = (KEY.substring(1) + " \n\n").getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> UploadKey.parse(almost))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("cdef");
    }
}
