// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How callers prove who they are. If no way to authenticate is configured, the agent accepts everybody. Thread-safe;
 * never waits.
 */
public final class Authentication {
    private final Optional<WatchedFile<Tokens>> tokens;
    private final Subjects subjects;
    private final Set<Voucher> vouchers;

    /** Who may vouch for callers, besides the tokens file. */
    public enum Voucher {
        /** Authorities that issue client certificates. */
        CERTIFICATES,
        /** An issuer of JWTs. */
        ISSUER
    }

    public Authentication(Optional<WatchedFile<Tokens>> tokens, Subjects subjects, Set<Voucher> vouchers) {
        this.tokens = Objects.requireNonNull(tokens);
        this.subjects = Objects.requireNonNull(subjects);
        this.vouchers = Set.copyOf(vouchers);
    }

    /** Whether no way to authenticate is configured, so that everybody may do everything. */
    public boolean isOpen() {
        return tokens.isEmpty() && vouchers.isEmpty();
    }

    /** Whether tokens that are not in the tokens file may be JWTs of an issuer. */
    public boolean hasIssuer() {
        return vouchers.contains(Voucher.ISSUER);
    }

    /** The caller that the tokens file gives for this token. */
    public Optional<Caller> callerOf(String token) {
        return tokens.flatMap(file -> file.content().find(token));
    }

    /** The caller to whom a certificate with this common name belongs. */
    public Caller certified(String commonName) {
        return subjects.caller(commonName, Way.CERTIFICATE);
    }

    /** The caller with this subject and these groups in a JWT of the issuer. */
    public Caller issued(String subject, Collection<String> groups) {
        return subjects.caller(subject, groups);
    }

    /**
     * Whether the giver of this grant may still give it now, as far as the agent knows: it learns the groups of an
     * issuer's subject only from a request of that subject.
     */
    public boolean upholds(UploadGrant grant) {
        if (isOpen()) {
            return true;
        }
        String by = grant.by();
        return switch (grant.way()) {
            case TOKEN ->
                tokens.filter(file -> file.content().names(by, Role.UPLOAD)).isPresent();
            case CERTIFICATE ->
                vouchers.contains(Voucher.CERTIFICATES) && certified(by).has(Role.UPLOAD);
            case ISSUER -> hasIssuer() && issued(by, Set.of()).has(Role.UPLOAD);
            case ISSUER_GROUP -> hasIssuer();
            case UPLOAD_URL, OPEN -> false;
        };
    }
}
