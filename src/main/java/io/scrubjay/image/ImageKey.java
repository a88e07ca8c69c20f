// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.manifest.ResourceName;

import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * Identifies an image or snapshot for people: {@code image/debian}, {@code snapshot/monday}.
 *
 * @param kind image or snapshot
 * @param name its name, unique within its kind
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
     * Parses the result of {@link #toString}; empty when the text does not begin with a kind.
     *
     * @throws IllegalArgumentException when the rest is not a valid name
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
