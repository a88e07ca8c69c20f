// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * User name and password for the proxy, which gets them by Basic authentication (RFC 7617). The password is a secret:
 * nothing shows it, not even as a text. Immutable.
 */
record ProxyLogin(String user, String password) {
    private static final Pattern LINE = Pattern.compile("([^:\\p{Cntrl}]+):(\\P{Cntrl}+)\\R?");

    ProxyLogin {
        Objects.requireNonNull(user);
        Objects.requireNonNull(password);
    }

    /**
     * Reads the file, once.
     *
     * @throws IllegalArgumentException when it cannot be read or has something else; the message does not repeat it
     */
    static ProxyLogin read(Path file) {
        Matcher line;
        try {
            line = LINE.matcher(Files.readString(file));
        } catch (IOException failed) {
            throw new IllegalArgumentException("scrubjay.url.proxy-credentials: " + file + " cannot be read", failed);
        }
        if (!line.matches()) {
            throw new IllegalArgumentException(
                    "scrubjay.url.proxy-credentials: " + file + " must have one line, user:password");
        }
        return new ProxyLogin(line.group(1), line.group(2));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "proxy user " + user;
    }
}
