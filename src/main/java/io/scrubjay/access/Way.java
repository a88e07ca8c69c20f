// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.util.Arrays;
import java.util.Optional;

/** How a caller authenticated, and with that where its role comes from. */
public enum Way {
    /** A line in the tokens file. */
    TOKEN("token"),
    /** A certificate; the role is configured for the subject. */
    CERTIFICATE("certificate"),
    /** A JWT; the role, if there is one, is configured for the subject. */
    ISSUER("oidc"),
    /** A JWT that names a group of its subject; only the issuer knows whether the subject still belongs to it. */
    ISSUER_GROUP("oidc-group"),
    /** An upload grant. */
    UPLOAD_URL("upload-url"),
    /** Nobody has to prove anything. */
    OPEN("open");

    private final String wireName;

    Way(String wireName) {
        this.wireName = wireName;
    }

    /** The way of this name in upload URLs. */
    public static Optional<Way> ofWireName(String name) {
        return Arrays.stream(values()).filter(way -> way.wireName.equals(name)).findAny();
    }

    /** Its name in the audit log and in upload URLs. */
    public String wireName() {
        return wireName;
    }
}
