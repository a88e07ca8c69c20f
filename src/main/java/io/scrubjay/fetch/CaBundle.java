// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** The file of certificates that an administrator trusts. Stateless. */
final class CaBundle {
    private CaBundle() {}

    /**
     * Reads the file, once.
     *
     * @throws IllegalArgumentException when it cannot be read or has no certificate; the message says which
     */
    static PemTrustOptions read(Path file) {
        try {
            byte[] pem = Files.readAllBytes(file);
            if (CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .isEmpty()) {
                throw new IllegalArgumentException("scrubjay.url.ca-bundle: " + file + " has no certificate");
            }
            return new PemTrustOptions().addCertValue(Buffer.buffer(pem));
        } catch (IOException failed) {
            throw new IllegalArgumentException("scrubjay.url.ca-bundle: " + file + " cannot be read", failed);
        } catch (CertificateException nonsense) {
            throw new IllegalArgumentException(
                    "scrubjay.url.ca-bundle: " + file + " must have certificates in PEM, and has something else",
                    nonsense);
        }
    }
}
