package io.scrubjay.api;

import io.scrubjay.image.Image;

record ImageView(String name, String id, String state) {
    static ImageView of(Image image) {
        return new ImageView(
                image.name().value(), image.id().toString(), image.state().wireName());
    }
}
