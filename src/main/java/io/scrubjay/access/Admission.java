package io.scrubjay.access;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Who is let in, and how callers are recognised. Thread-safe; never waits. */
public final class Admission {
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

    public Admission(Optional<WatchedFile<Tokens>> tokens, Subjects subjects, Set<Voucher> vouchers) {
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
        return subjects.caller(commonName);
    }

    /** Whom an issuer vouches for. */
    public Caller issued(String subject, Collection<String> groups) {
        return subjects.caller(subject, groups);
    }
}
