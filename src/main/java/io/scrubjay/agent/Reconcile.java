// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LogEvent;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolInventory;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.Quarantine;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.manifest.Sweep;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import org.jboss.logging.Logger;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs before the first request is accepted: removes leftovers of a crash, and fills the catalog from the pool.
 * Committed images return as they were, without being hashed again; only the pool is read.
 */
@Singleton
final class Reconcile {
    private static final Logger LOG = Logger.getLogger(Reconcile.class);

    private final StorageEngine engine;
    private final ManifestStore manifests;
    private final ImageCatalog catalog;
    private final InstantSource clock;
    private volatile boolean done;

    Reconcile(StorageEngine engine, ManifestStore manifests, ImageCatalog catalog, InstantSource clock) {
        this.engine = engine;
        this.manifests = manifests;
        this.catalog = catalog;
        this.clock = clock;
    }

    void onStart(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent start) {
        engine.unreadable().forEach(Reconcile::tell);
        manifests.missing().forEach(engine.unreadable().isEmpty() ? Reconcile::tellMissing : Reconcile::tellNotFound);
        Sweep sweep = manifests.removeLeftovers();
        sweep.removed()
                .forEach(name -> LogEvent.LEFTOVER_REMOVED.info(
                        LOG, "removed %s, which an earlier run of the agent had left incomplete", name));
        sweep.refused()
                .forEach((name, why) -> LOG.errorf(
                        why,
                        "could not remove %s, which an earlier run of the agent had left incomplete; it takes space"
                                + " until the next start, which tries again",
                        name));
        PoolInventory scan = manifests.scan();
        Map<ImageId, Quarantine> quarantines =
                scan.quarantines().stream().collect(Collectors.toMap(Quarantine::id, Function.identity()));
        // Two images may have the same name: the older one's manifest could not be read for a while, and the name was
        // used again.
        scan.images().stream()
                .sorted(Comparator.comparing(ManifestHeader::createdAt).reversed())
                .forEach(header -> {
                    Image image = bringBack(header, state(header, scan, quarantines));
                    if (quarantines.get(header.id()) instanceof Quarantine.Illegible illegible) {
                        tell(illegible.marker());
                        image.cannotRead(illegible.marker());
                    }
                });
        scan.damaged().forEach(damaged -> catalog.claim(damaged(damaged)));
        done = true;
        LogEvent.POOL_OPENED.info(
                LOG,
                "%s pool at %s: %d images and snapshots, %d of them quarantined, clusters of %s",
                engine.traits().kind(),
                engine.traits().location(),
                catalog.committed().size(),
                count(catalog.committed()),
                engine.traits().clusterSize());
    }

    private static void tellMissing(Unreadable missing) {
        boolean isBytes = missing.name()
                .flatMap(PoolName::parse)
                .filter(name -> name.kind() == PoolName.Kind.VOLUME)
                .isPresent();
        if (isBytes) {
            LogEvent.RECORD_UNREADABLE.error(
                    LOG,
                    "the bytes of a volume are missing from the pool: %s. Restore them and restart the agent, or"
                            + " delete the volume with this id, which GET /v1/volumes shows as lost",
                    missing);
            return;
        }
        LogEvent.RECORD_UNREADABLE.warn(
                LOG,
                "missing from the pool: %s. The agent keeps everything that belongs to it. Restore it and restart"
                        + " the agent, or delete what the API shows under its id, damaged@…",
                missing);
    }

    private static void tellNotFound(Unreadable absent) {
        LogEvent.RECORD_UNREADABLE.warn(
                LOG,
                "missing from the pool: %s. The agent refuses to delete what belongs to it until everything in the"
                        + " pool can be read",
                absent);
    }

    private static void tell(Unreadable unknown) {
        LogEvent.RECORD_UNREADABLE.warn(
                LOG,
                "cannot read %s. The agent leaves it unchanged and removes no bytes without a record. Repair the"
                        + " device or restore the file, then restart the agent: the first start that can read it"
                        + " uses it again",
                unknown);
    }

    private Image bringBack(ManifestHeader header, ImageState.Committed state) {
        Image image = Image.committed(header, state);
        if (catalog.find(image.key()).isEmpty()) {
            catalog.claim(image);
            return image;
        }
        String message =
                "its name, " + header.name() + ", is a younger " + image.kind().wireName() + "'s by now";
        LOG.errorf("%s %s: %s", image.kind().wireName(), header.id(), message);
        Image unnamed = Image.unnamed(
                image.kind(),
                header.id(),
                new ImageState.Quarantined(Optional.of(header), "name-taken", message, clock.instant()));
        catalog.claim(unnamed);
        return unnamed;
    }

    /** Whether the catalog shows what is in the pool. */
    boolean isDone() {
        return done;
    }

    private static long count(List<Image> images) {
        return images.stream()
                .filter(image -> image.state() instanceof ImageState.Quarantined)
                .count();
    }

    private ImageState.Committed state(
            ManifestHeader header, PoolInventory scan, Map<ImageId, Quarantine> quarantines) {
        ImageState.Ready ready = new ImageState.Ready(header);
        Quarantine quarantine = quarantines.get(header.id());
        if (quarantine instanceof QuarantineMarker marker) {
            return ready.quarantined(marker.reason(), marker.message(), marker.at());
        }
        if (quarantine instanceof Quarantine.Illegible illegible) {
            return ready.quarantined("marker-damaged", illegible.marker().reason(), clock.instant());
        }
        if (scan.withUnreadableSnapshot().contains(header.id())) {
            return unreadable(header, ready);
        }
        if (scan.withoutSnapshot().contains(header.id())) {
            return lost(header, ready);
        }
        return ready;
    }

    /**
     * The state of an image that cannot be read: it is not served, but nothing is written to the pool, since the next
     * start may be able to read it.
     */
    private ImageState.Quarantined unreadable(ManifestHeader header, ImageState.Ready ready) {
        String message =
                "its bytes could not be read when the agent started, or may be among other things that could not;"
                        + " GET /v1/pool lists them under 'unreadable'";
        LOG.errorf("%s: %s", Image.committed(header, ready), message);
        return ready.quarantined("unreadable", message, clock.instant());
    }

    /**
     * The state of an image whose bytes are missing. No marker is written. INVARIANT I-9: as long as the bytes are
     * missing, every start sees that in the pool; once they are restored, the image is served again.
     */
    private ImageState.Quarantined lost(ManifestHeader header, ImageState.Ready ready) {
        String message = header.id() + ": its bytes are missing from the pool, so every chunk is lost";
        LOG.errorf(
                "%s: %s. Restore the bytes and restart the agent, or delete it",
                Image.committed(header, ready), message);
        return ready.quarantined("snapshot-lost", message, clock.instant());
    }

    private Image damaged(PoolInventory.Damaged damaged) {
        ImageKind kind = damaged.bytes() == PoolName.Kind.VOLUME_SNAPSHOT ? ImageKind.SNAPSHOT : ImageKind.IMAGE;
        String code = switch (damaged.why()) {
            case DAMAGED -> "manifest-damaged";
            case UNREADABLE -> "unreadable";
            case MISSING -> "manifest-missing";
        };
        LogEvent.RECORD_UNREADABLE.error(
                LOG,
                "%s %s: its manifest is missing or cannot be read: %s. Restore the manifest and restart the agent,"
                        + " or delete it",
                kind.wireName(),
                damaged.id(),
                damaged.manifest().map(Unreadable::toString).orElse(damaged.what()));
        Image image = Image.unnamed(
                kind,
                damaged.id(),
                new ImageState.Quarantined(Optional.empty(), code, damaged.what(), clock.instant()));
        damaged.manifest().ifPresent(image::cannotRead);
        return image;
    }
}
