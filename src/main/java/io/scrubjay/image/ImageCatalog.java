// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.engine.Unreadable;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.RefusedException;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * All images and snapshots by name: those in the pool, those being made, and the latest ingests that failed, until
 * their name is used again. An image and a snapshot may have the same name. Thread-safe; claiming a name is atomic.
 */
public final class ImageCatalog {
    /** How many of the latest failed ingests are kept for people to look at. */
    static final int FAILED_MAX = 100;

    private final ConcurrentHashMap<ImageKey, Image> images = new ConcurrentHashMap<>();
    /**
     * Images that are being made, and those whose ingests have failed, in the order in which they claimed their names.
     */
    private final ConcurrentLinkedQueue<Image> begun = new ConcurrentLinkedQueue<>();

    /**
     * Claims the name of an image or snapshot. A failed ingest with that name is forgotten.
     *
     * @throws NameTakenException when the name is taken
     */
    public void claim(Image image) {
        Image holder = images.compute(
                image.key(),
                (name, present) -> present == null || present.state() instanceof ImageState.Failed ? image : present);
        if (holder != image) {
            throw new NameTakenException(holder);
        }
        if (!(image.state() instanceof ImageState.Committed)) {
            begun.add(image);
        }
        forgetOldFailures();
    }

    /** The ones that began first are forgotten first, independently of the clock. */
    private void forgetOldFailures() {
        begun.removeIf(image -> image.state() instanceof ImageState.Committed || images.get(image.key()) != image);
        List<Image> failed = begun.stream()
                .filter(image -> image.state() instanceof ImageState.Failed)
                .toList();
        failed.subList(0, Math.max(0, failed.size() - FAILED_MAX)).forEach(this::remove);
    }

    /** Frees the name. */
    public void remove(Image image) {
        images.remove(image.key(), image);
    }

    /** Forgets the ingests that have failed; everything else stays. */
    public void removeFailed() {
        images.values().stream()
                .filter(image -> image.state() instanceof ImageState.Failed)
                .forEach(this::remove);
    }

    public Optional<Image> find(ImageKey key) {
        return Optional.ofNullable(images.get(key));
    }

    /** The image of this name; never a snapshot. */
    public Optional<Image> find(ResourceName name) {
        return find(ImageKey.ofImage(name));
    }

    /** The image or snapshot with this id. */
    public Optional<Image> find(ImageId id) {
        return images.values().stream().filter(image -> image.id().equals(id)).findAny();
    }

    /**
     * The image or snapshot of this name.
     *
     * @throws RefusedException when there is none
     */
    public Image get(ImageKey key) {
        return find(key)
                .orElseThrow(() -> new RefusedException(
                        key.kind().notFound(), "there is no " + key.kind().wireName() + " " + key.name()));
    }

    /**
     * The image of this name; never a snapshot.
     *
     * @throws RefusedException when there is none
     */
    public Image get(ResourceName name) {
        return get(ImageKey.ofImage(name));
    }

    /** All images, by name. */
    public List<Image> list() {
        return list(ImageKind.IMAGE);
    }

    /** All of one kind, by name. */
    public List<Image> list(ImageKind kind) {
        return sorted().filter(image -> image.kind() == kind).toList();
    }

    /** All committed images by name, then all committed snapshots by name. */
    public List<Image> committed() {
        return sorted().filter(image -> image.state() instanceof ImageState.Committed)
                .toList();
    }

    /** The stored records of existing images and snapshots that could not be read since the agent started. */
    public List<Unreadable> unreadable() {
        return sorted().flatMap(image -> image.unreadable().stream()).toList();
    }

    private Stream<Image> sorted() {
        return images.values().stream().sorted(Comparator.comparing(Image::key));
    }
}
