// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import org.junit.jupiter.api.Test;

import javax.security.auth.x500.X500Principal;

import static org.assertj.core.api.Assertions.assertThat;

class PeerCertificateTest {
    @Test
    void commonNameIsTheSubject() {
        assertThat(PeerCertificate.commonName(new X500Principal("CN=uploader, O=ci")))
                .hasValue("uploader");
        assertThat(PeerCertificate.commonName(new X500Principal("CN=\"a, CN=b\", O=ci")))
                .hasValue("a, CN=b");
        assertThat(PeerCertificate.commonName(new X500Principal("CN=inner, CN=outer, C=DE")))
                .hasValue("inner");
    }

    @Test
    void withoutACommonNameThereIsNone() {
        assertThat(PeerCertificate.commonName(new X500Principal("O=ci"))).isEmpty();
        assertThat(PeerCertificate.commonName(new X500Principal(""))).isEmpty();
    }
}
