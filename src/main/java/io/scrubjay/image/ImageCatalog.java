package io.scrubjay.image;

import io.scrubjay.manifest.ImageName;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All images by name: those in the pool, those being ingested, and the latest that failed, until their name is used
 * again. Thread-safe; a name is taken in one step.
 */
public final class ImageCatalog {
    /** Failed ingests are kept for people to look at, the latest this many. */
    static final int FAILED_MAX = 100;

    private final ConcurrentHashMap<ImageName, Image> images = new ConcurrentHashMap<>();

    /**
     * Takes a name for an image. A failed ingest of that name is forgotten.
     *
     * @throws RefusedException when the name is taken
     */
    public void claim(Image image) {
        Image holder = images.compute(
                image.name(),
                (name, present) -> present == null || present.state() instanceof ImageState.Failed ? image : present);
        if (holder != image) {
            throw new RefusedException(
                    Refusal.IMAGE_EXISTS,
                    "image " + image.name() + " exists; it is " + holder.state().wireName());
        }
        forgetOldFailures();
    }

    private void forgetOldFailures() {
        List<Image> failed = images.values().stream()
                .filter(image -> image.state() instanceof ImageState.Failed)
                .sorted(Comparator.comparing(Image::createdAt))
                .toList();
        failed.subList(0, Math.max(0, failed.size() - FAILED_MAX)).forEach(this::remove);
    }

    /** Frees the image's name. */
    public void remove(Image image) {
        images.remove(image.name(), image);
    }

    public Optional<Image> find(ImageName name) {
        return Optional.ofNullable(images.get(name));
    }

    /**
     * The image of this name.
     *
     * @throws RefusedException when there is none
     */
    public Image get(ImageName name) {
        return find(name).orElseThrow(() -> new RefusedException(Refusal.IMAGE_NOT_FOUND, "there is no image " + name));
    }

    /** All of them, by name. */
    public List<Image> list() {
        return images.values().stream()
                .sorted(Comparator.comparing(Image::name))
                .toList();
    }

    /** The committed ones, by name. */
    public List<Image> committed() {
        return list().stream()
                .filter(image -> image.state() instanceof ImageState.Committed)
                .toList();
    }
}
