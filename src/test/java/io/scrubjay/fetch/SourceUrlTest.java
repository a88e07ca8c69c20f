// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.fetch.SourceUrl.Scheme;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SourceUrlTest {
    @Test
    void theQueryIsSentAndNotShown() {
        // When
        SourceUrl url = SourceUrl.parse("HTTPS://Images.Example.ORG.:443/a%20b/disk.img?X-Signature=secret#part");
        // Then
        assertThat(url)
                .isEqualTo(
                        new SourceUrl(Scheme.HTTPS, "images.example.org", 443, "/a%20b/disk.img?X-Signature=secret"));
        assertThat(url).hasToString("https://images.example.org/a%20b/disk.img");
    }

    @ParameterizedTest
    @CsvSource({
        "http://a, a, 80, /, http://a/",
        "http://a:8080?x, a, 8080, /?x, http://a:8080/",
        "https://[2001:DB8::1]:8443/x, 2001:db8::1, 8443, /x, https://[2001:db8::1]:8443/x",
        "http://[::ffff:127.0.0.1]/x, 127.0.0.1, 80, /x, http://127.0.0.1/x",
        "http://1.2.3.4/é, 1.2.3.4, 80, /%C3%A9, http://1.2.3.4/%C3%A9",
    })
    void itsPartsAreRead(String text, String host, int port, String target, String shown) {
        // When
        SourceUrl url = SourceUrl.parse(text);
        // Then
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.target()).isEqualTo(target);
        assertThat(url).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "images.example.org/x",
                "/x",
                "ftp://images.example.org/secret",
                "file:///etc/secret",
                "https:///secret",
                "https://user:secret@images.example.org/",
                "https://secret@images.example.org/",
                "https://images.example.org:0/secret",
                "https://images.example.org:65536/secret",
                "https://images.example.org/with space secret",
                "http://2130706433/secret",
                "http://0x7f.1/secret",
                "http://0177.0.0.1/secret",
                "http://012.0.0.1/secret",
                "http://10.0.0.01/secret",
                "http://127.1/secret",
                "http://127.0.0.0x1/secret",
                "http://[fe80::1%25eth0]/secret",
                "http://a..b/secret",
            })
    void anythingElseIsRefusedAndNotRepeated(String text) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> SourceUrl.parse(text))
                .withMessageStartingWith("'source.url': ")
                .satisfies(refused -> {
                    assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST);
                    assertThat(refused.getMessage()).doesNotContain("secret");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "other.img, https://a/pub/other.img",
        "/other.img?x, https://a/other.img?x",
        "../other.img, https://a/other.img",
        "?y=2, https://a/pub/disk.img?y=2",
        "//b/other.img, https://b/other.img",
        "https://b:8443, https://b:8443/",
    })
    void aRedirectIsRelativeToIt(String location, String next) {
        assertThat(SourceUrl.parse("https://a/pub/disk.img?x=1").redirectedTo(location))
                .isEqualTo(SourceUrl.parse(next));
    }

    @Test
    void aRedirectNeverLeavesHttps() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> SourceUrl.parse("https://a/disk.img?secret").redirectedTo("http://a/disk.img?secret"))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.URL_NOT_ALLOWED))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("secret"));
        assertThat(SourceUrl.parse("http://a/").redirectedTo("https://a/")).isEqualTo(SourceUrl.parse("https://a/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://b/", "http://user:secret@b/", "https://", "javascript:secret", "http://b c/"})
    void aRedirectThatCannotBeReadMakesTheSourceUnavailable(String location) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> SourceUrl.parse("http://a/").redirectedTo(location))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.SOURCE_UNAVAILABLE))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("secret"));
    }
}
