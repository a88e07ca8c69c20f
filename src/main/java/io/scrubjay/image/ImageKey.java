// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.manifest.ResourceName;

import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * What tells images and snapshots apart for people: {@code image/debian}, {@code snapshot/monday}.
 *
 * @param kind which of the two
 * @param name what it is called among its kind
 */
public record ImageKey(ImageKind kind, ResourceName name) implements Comparable<ImageKey> {
    private static final Comparator<ImageKey> ORDER =
            Comparator.comparing(ImageKey::kind).thenComparing(ImageKey::name);

    public ImageKey {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(name);
    }

    public static ImageKey ofImage(ResourceName name) {
        return new ImageKey(ImageKind.IMAGE, name);
    }

    public static ImageKey ofSnapshot(ResourceName name) {
        return new ImageKey(ImageKind.SNAPSHOT, name);
    }

    /**
     * Parses what {@link #toString} gives; empty when there is no kind in front.
     *
     * @throws IllegalArgumentException when the rest is no name
     */
    public static Optional<ImageKey> parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? Optional.empty()
                : ImageKind.ofWireName(text.substring(0, slash))
                        .map(kind -> new ImageKey(kind, ResourceName.parseKnown(text.substring(slash + 1))));
    }

    @Override
    public int compareTo(ImageKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return kind.wireName() + "/" + name;
    }
}
