// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeExports;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Lease;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All exports over the network: of volumes for reading and writing, of images and snapshots for reading. An exported
 * volume, image or snapshot is in use: it cannot be deleted, and nobody else writes to it. When an image is
 * quarantined, its export is ended; this is retried until it succeeds.
 *
 * <p>Exports end with the agent. Thread-safe: guarded by its monitor; blocks for the device and is for workers.
 */
public final class Exports implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Exports.class);

    private final StorageEngine engine;
    private final Map<VolumeName, Runnable> releases = new HashMap<>();
    private final QuarantinedExports quarantined = new QuarantinedExports(image -> end(image.volume()));

    public Exports(StorageEngine engine) {
        this.engine = Objects.requireNonNull(engine);
    }

    /**
     * Exports a volume for reading and writing. Exporting it again returns the same export.
     *
     * @throws RefusedException {@code export-unsupported}, {@code volume-in-use}, {@code busy} while free clusters are
     *     still being cleared, {@code device-failed}
     */
    public synchronized Export export(NamedVolume volume) {
        try {
            if (releases.containsKey(volume.stored())) {
                return begin(volume.stored());
            }
            Lease<NamedVolume> lease = volume.lease();
            return begin(volume.stored(), lease::close);
        } catch (EngineException failure) {
            throw VolumeFailures.explain(volume, failure);
        }
    }

    /**
     * Exports an image or snapshot for reading.
     *
     * @throws RefusedException {@code export-unsupported}, {@code image-not-ready}, {@code image-quarantined}, {@code
     *     device-failed}
     */
    public synchronized Export export(Image image) {
        try {
            return releases.containsKey(image.volume()) ? begin(image.volume()) : beginServing(image);
        } catch (EngineException failure) {
            throw RefusedException.because(failure);
        }
    }

    private Export beginServing(Image image) {
        Lease<Image> lease = image.lease();
        Runnable onQuarantine = () -> quarantined.end(image);
        Export export = begin(image.volume(), () -> {
            image.forget(onQuarantine);
            image.exportEnded();
            quarantined.ended(image);
            lease.close();
        });
        image.exported(export);
        image.whenQuarantined(onQuarantine);
        if (image.state() instanceof ImageState.Quarantined damaged) {
            // It was quarantined just before the action above was registered.
            quarantined.end(image);
            throw new RefusedException(Refusal.IMAGE_QUARANTINED, image + " is quarantined: " + damaged.message());
        }
        return export;
    }

    private Export begin(VolumeName stored, Runnable release) {
        try {
            Export export = begin(stored);
            releases.put(stored, release);
            return export;
        } catch (RuntimeException refused) {
            release.run();
            throw refused;
        }
    }

    private Export begin(VolumeName stored) {
        try {
            return engineExports().export(stored);
        } catch (EngineException.PoolUnusable misconfigured) {
            // Such as a key file that was valid at startup and no longer is.
            throw new RefusedException(Refusal.EXPORT_UNSUPPORTED, misconfigured.getMessage(), misconfigured);
        } catch (EngineException.DeviceStalled clearing) {
            throw new RefusedException(
                    Refusal.BUSY,
                    "the agent is still clearing old data from free clusters, which must be done before an export;"
                            + " try again later",
                    clearing);
        }
    }

    /** Ends the export of a volume; clients lose their connection. Harmless when there is none. */
    public void end(NamedVolume volume) {
        end(volume.stored());
    }

    /** Ends the export of an image or snapshot; clients lose their connection. Harmless when there is none. */
    public void end(Image image) {
        end(image.volume());
    }

    private synchronized void end(VolumeName stored) {
        if (!releases.containsKey(stored)) {
            return;
        }
        try {
            engineExports().end(stored);
        } catch (EngineException failure) {
            // It is still exported, so it stays in use.
            throw RefusedException.because(failure);
        }
        releases.remove(stored).run();
    }

    /** The export of a volume, or empty. */
    public Optional<Export> find(NamedVolume volume) {
        return engine.exports().flatMap(exports -> exports.find(volume.stored()));
    }

    /** The export of an image or snapshot, or empty. */
    public Optional<Export> find(Image image) {
        return image.export();
    }

    /**
     * How many quarantined images are still exported: ending their exports failed, and is retried until it succeeds.
     */
    public int quarantinedCount() {
        return quarantined.count();
    }

    private VolumeExports engineExports() {
        return engine.exports()
                .orElseThrow(() -> new RefusedException(
                        Refusal.EXPORT_UNSUPPORTED,
                        engine.traits().kind().equals("spdk")
                                ? "exports are off; to turn them on, an administrator sets scrubjay.spdk.export.address"
                                : "the " + engine.traits().kind() + " engine cannot export; only the SPDK engine can"));
    }

    /** Ends all exports. */
    @Override
    public synchronized void close() {
        quarantined.close();
        for (VolumeName stored : List.copyOf(releases.keySet())) {
            try {
                end(stored);
            } catch (RefusedException stays) {
                LOG.errorf(stays, "an export could not be ended; it ends with the agent");
            }
        }
    }
}
