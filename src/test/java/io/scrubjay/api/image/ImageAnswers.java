// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import jakarta.ws.rs.core.HttpHeaders;

import java.lang.reflect.Proxy;

/** What clients may ask about an image besides its bytes, for tests outside this package. Stateless. */
public final class ImageAnswers {
    private ImageAnswers() {}

    public static void manifest(CommittedManifests manifests, StorageEngine engine, Image image) {
        new ProofAnswers(manifests, engine).manifest(image).close();
    }

    public static void clusters(CommittedManifests manifests, StorageEngine engine, Image image) {
        new ProofAnswers(manifests, engine).clusters(image).close();
    }

    public static void head(ContentReaders readers, Image image) {
        HttpHeaders none = (HttpHeaders) Proxy.newProxyInstance(
                HttpHeaders.class.getClassLoader(),
                new Class<?>[] {HttpHeaders.class},
                (self, method, arguments) -> null);
        new ContentAnswers(readers).head(image, ContentForm.RAW, none).close();
    }
}
