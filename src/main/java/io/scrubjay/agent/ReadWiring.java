// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.api.answer.DownloadConfig;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageDeletion;
import io.scrubjay.image.ReadLimits;
import io.scrubjay.image.Suspicion;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.volume.Volumes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import java.time.Duration;

/** Creates the objects that read and delete images, one of each. */
@Singleton
final class ReadWiring {
    /** The memory for cached manifests: enough for some 400 GiB of data, or for 16 000 small images. */
    private static final long MANIFEST_BYTES_MAX = 16 << 20;
    /** How long a deletion waits for readers; a scrub ends its lease within one chunk. */
    private static final Duration DELETE_PATIENCE = Duration.ofSeconds(5);

    @Produces
    @Singleton
    CommittedManifests committedManifests(ManifestStore store) {
        return new CommittedManifests(store::read, MANIFEST_BYTES_MAX);
    }

    @Produces
    @Singleton
    ContentReaders readers(
            DownloadConfig config, StorageEngine engine, CommittedManifests manifests, Suspicion suspicion) {
        ReadLimits limits = Settings.read(
                "scrubjay.download", () -> new ReadLimits(config.concurrencyMax(), config.windowsPerDownload()));
        return new ContentReaders(limits, engine, manifests, suspicion);
    }

    @Produces
    @Singleton
    ImageDeletion deletion(StorageEngine engine, ManifestStore manifests, ImageCatalog catalog, Volumes volumes) {
        return new ImageDeletion(engine, manifests, catalog, volumes.clones(), DELETE_PATIENCE);
    }
}
