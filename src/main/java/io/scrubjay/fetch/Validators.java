// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.util.Objects;
import java.util.Optional;

/**
 * How a server tells one version of a file from another, RFC 9110 section 8.8. Immutable.
 *
 * @param entityTag the value of {@code ETag}
 * @param lastModified the value of {@code Last-Modified}
 */
record Validators(Optional<String> entityTag, Optional<String> lastModified) {
    private static final String WEAK = "W/";

    Validators {
        Objects.requireNonNull(entityTag);
        Objects.requireNonNull(lastModified);
    }

    /**
     * The value of {@code If-Range} with which a server sends the rest of this version, and of no other. Empty when only
     * a weak tag or a date is known: two versions of a file may have the same (RFC 9110 section 13.1.5).
     */
    Optional<String> strong() {
        return entityTag.filter(tag -> !tag.startsWith(WEAK));
    }

    /** Whether an answer with those cannot be the same version. A field that only one of them has says nothing. */
    boolean differFrom(Validators others) {
        return differ(entityTag, others.entityTag) || differ(lastModified, others.lastModified);
    }

    private static boolean differ(Optional<String> one, Optional<String> other) {
        return one.isPresent() && other.isPresent() && !one.equals(other);
    }
}
