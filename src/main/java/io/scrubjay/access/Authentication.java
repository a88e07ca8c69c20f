// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How callers prove who they are. Where no way to do so is configured, everybody is let in. Thread-safe; never waits.
 */
public final class Authentication {
    private final Optional<WatchedFile<Tokens>> tokens;
    private final Subjects subjects;
    private final Set<Voucher> vouchers;

    /** Who vouches for callers, besides the file of tokens. */
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

    /** Whether an issuer is asked about tokens that are in no file. */
    public boolean hasIssuer() {
        return vouchers.contains(Voucher.ISSUER);
    }

    /** Whose token this is, by the file of tokens. */
    public Optional<Caller> callerOf(String token) {
        return tokens.flatMap(file -> file.content().find(token));
    }

    /** Whom a certificate with this common name belongs to. */
    public Caller certified(String commonName) {
        return subjects.caller(commonName, Way.CERTIFICATE);
    }

    /** Whom an issuer vouches for. */
    public Caller issued(String subject, Collection<String> groups) {
        return subjects.caller(subject, groups);
    }

    /**
     * Whether whoever gave this grant might give it now, as far as that is known here: what an issuer says of groups is
     * only known of those who ask.
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
