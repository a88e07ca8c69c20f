// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a server tells one version of a file from another, RFC 9110 section 8.8. Immutable.
 *
 * @param entityTag the value of {@code ETag}
 * @param lastModified the value of {@code Last-Modified}
 * @param coding the coding of the bytes that were sent, such as {@code gzip}, if they have one: there are servers that
 *     give a file and its compressed form the same tag
 */
record Validators(Optional<String> entityTag, Optional<String> lastModified, Optional<String> coding) {
    /** A tag that is not weak, RFC 9110 section 8.8.3, without what is not ASCII. */
    private static final Pattern STRONG = Pattern.compile("\"[\\x21\\x23-\\x7e]*\"");

    Validators {
        Objects.requireNonNull(entityTag);
        Objects.requireNonNull(lastModified);
        Objects.requireNonNull(coding);
    }

    /**
     * The value of {@code If-Range} with which a server sends the rest of this version, and of no other. Empty when only
     * a weak tag or a date is known: two versions of a file may have the same (RFC 9110 section 13.1.5). Empty, too, when
     * the tag is not in quotes: a server would read it as a date.
     */
    Optional<String> strong() {
        return entityTag.filter(tag -> STRONG.matcher(tag).matches());
    }

    /**
     * Whether an answer with those cannot be the same version. A tag or date that only one of them has says nothing, but
     * bytes with a coding differ from those without.
     */
    boolean differFrom(Validators others) {
        return !coding.equals(others.coding)
                || differ(entityTag, others.entityTag)
                || differ(lastModified, others.lastModified);
    }

    private static boolean differ(Optional<String> one, Optional<String> other) {
        return one.isPresent() && other.isPresent() && !one.equals(other);
    }
}
