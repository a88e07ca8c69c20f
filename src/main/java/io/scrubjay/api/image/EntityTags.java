// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.block.Digest;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Entity tags, RFC 9110 section 8.8.3. An image's is its content digest, and so a strong one; that of another form of
 * the same bytes begins with the digest.
 */
final class EntityTags {
    private static final Pattern TAG = Pattern.compile("(W/)?(\"[^\"]*\")");

    private EntityTags() {}

    /** The tag of these bytes. */
    static String of(Digest contentDigest) {
        return '"' + contentDigest.toString() + '"';
    }

    /** The tag of another form of these bytes. */
    static String of(Digest contentDigest, String form) {
        return '"' + contentDigest.toString() + '-' + form + '"';
    }

    /** The tag of the bytes themselves, if this is one of another form of them. */
    private static String plain(String tag) {
        int form = tag.indexOf('-');
        return form < 0 ? tag : tag.substring(0, form) + '"';
    }

    /** Whether {@code If-None-Match} has this tag in it; weak ones count, as the RFC has it. */
    static boolean anyMatches(List<String> ifNoneMatch, String tag) {
        return ifNoneMatch.stream().anyMatch(field -> field.strip().equals("*") || contains(field, tag));
    }

    /** Whether {@code If-Match}, when it is there, lets a request go on for this tag; weak tags match nothing. */
    static boolean allow(List<String> ifMatch, String tag) {
        return ifMatch.isEmpty()
                || ifMatch.stream().anyMatch(field -> field.strip().equals("*") || containsStrong(field, tag));
    }

    /** The same for a request about these bytes in whatever form the client got them. */
    static boolean allowAnyForm(List<String> ifMatch, String tag) {
        return allow(ifMatch, tag)
                || ifMatch.stream()
                        .flatMap(field -> TAG.matcher(field).results())
                        .anyMatch(each ->
                                each.group(1) == null && plain(each.group(2)).equals(tag));
    }

    private static boolean containsStrong(String field, String tag) {
        Matcher each = TAG.matcher(field);
        while (each.find()) {
            if (each.group(1) == null && each.group(2).equals(tag)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(String field, String tag) {
        Matcher each = TAG.matcher(field);
        while (each.find()) {
            if (each.group(2).equals(tag)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code If-Range} is this very tag; a weak tag or a date never is. */
    static boolean isSame(String ifRange, String tag) {
        return ifRange.strip().equals(tag);
    }
}
