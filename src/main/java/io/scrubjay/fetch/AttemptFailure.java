// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.netty.handler.proxy.ProxyConnectException;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import javax.net.ssl.SSLException;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;

/**
 * Tells what a failed connection means. Its texts have no addresses: a client need not learn those behind the site's
 * names. Stateless.
 */
final class AttemptFailure {
    private AttemptFailure() {}

    /**
     * Why another try may help, for people.
     *
     * @throws RefusedException when it cannot: the refusal itself, or {@code source-unavailable} for a certificate
     */
    static String reason(SourceUrl url, Throwable failure) {
        if (failure instanceof RefusedException refused) {
            throw refused;
        }
        if (isAboutCertificate(failure)) {
            throw new RefusedException(
                    Refusal.SOURCE_UNAVAILABLE,
                    "the certificate of " + url + " is not valid for this server, or no trusted authority has signed"
                            + " it; an administrator can set scrubjay.url.ca-bundle",
                    failure);
        }
        if (failure instanceof UnknownHostException) {
            return "the name of " + url + " cannot be resolved";
        }
        if (failure instanceof ProxyConnectException) {
            return "the proxy does not connect the agent to " + url
                    + "; an administrator can check scrubjay.url.proxy and scrubjay.url.proxy-credentials";
        }
        if (failure instanceof ConnectException) {
            return "the agent cannot connect to " + url;
        }
        return failure instanceof SSLException
                ? "the TLS handshake with " + url + " failed"
                : "the connection to " + url + " ended before its answer did";
    }

    private static boolean isAboutCertificate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException
                    || cause instanceof CertPathBuilderException
                    || cause instanceof CertPathValidatorException) {
                return true;
            }
        }
        return false;
    }
}
