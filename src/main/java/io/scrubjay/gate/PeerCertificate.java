// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.core.http.HttpServerRequest;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;

import java.security.cert.X509Certificate;
import java.util.Optional;

/** Reads the certificate of a client, which TLS has already checked against the trust store. */
final class PeerCertificate {
    private PeerCertificate() {}

    /** The common name of its subject, which Kubernetes uses as a user's name, too. */
    static Optional<String> subject(HttpServerRequest request) {
        if (request.sslSession() == null) {
            return Optional.empty();
        }
        try {
            return request.sslSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? commonName(certificate.getSubjectX500Principal())
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException shownNone) {
            return Optional.empty();
        }
    }

    static Optional<String> commonName(X500Principal subject) {
        try {
            return new LdapName(subject.getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .filter(String.class::isInstance)
                            .map(String.class::cast)
                            .filter(name -> !name.isBlank())
                            .reduce((outer, inner) -> inner);
        } catch (InvalidNameException impossible) {
            return Optional.empty();
        }
    }
}
