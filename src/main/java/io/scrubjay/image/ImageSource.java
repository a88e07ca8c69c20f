// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.manifest.PoolSource;
import io.scrubjay.manifest.ResourceName;

import java.util.Objects;

/** Where the agent takes an image from that no client sends. Immutable, and without secrets: everybody may see it. */
public sealed interface ImageSource {
    /** The word for this kind of source in the API. */
    String type();

    /**
     * A file on another server.
     *
     * @param url its URL without credentials, query and fragment
     */
    record Url(String url) implements ImageSource {
        public Url {
            Objects.requireNonNull(url);
        }

        @Override
        public String type() {
            return "url";
        }
    }

    /**
     * A volume or snapshot of this agent.
     *
     * @param kind which of the two
     * @param name the name that it had
     */
    record Disk(PoolSource.Kind kind, ResourceName name) implements ImageSource {
        public Disk {
            Objects.requireNonNull(kind);
            Objects.requireNonNull(name);
        }

        @Override
        public String type() {
            return kind.wireName();
        }
    }
}
