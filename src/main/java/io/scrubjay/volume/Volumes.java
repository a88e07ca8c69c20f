// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Settling;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Dependents;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Lease;
import io.scrubjay.image.LogEvent;
import io.scrubjay.manifest.LabelStore;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.VolumeId;
import io.scrubjay.manifest.VolumeLabel;
import io.scrubjay.manifest.VolumeLabel.Source;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * All volumes of the pool: creates, grows, deletes and describes them. Thread-safe; blocks for the device; for workers.
 *
 * <p>INVARIANT I-3: a volume exists from the commit of its label until its deletion; anything of it that is in the pool
 * before or after is a leftover.
 */
public final class Volumes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Volumes.class);

    private final StorageEngine engine;
    private final LabelStore labels;
    private final ImageCatalog images;
    private final VolumeLimits limits;
    private final InstantSource clock;
    private final VolumeCatalog catalog = new VolumeCatalog();
    private final VolumeReports reports;
    private final Map<VolumeId, Unreadable> damagedLabels = new ConcurrentHashMap<>();
    private final Settling settling = new Settling();

    public Volumes(StorageEngine engine, ImageCatalog images, VolumeLimits limits, InstantSource clock) {
        this.engine = engine;
        this.labels = new LabelStore(engine);
        this.images = images;
        this.limits = limits;
        this.clock = clock;
        this.reports = new VolumeReports(engine, images);
    }

    /**
     * Adds the volumes found in the pool. Called once, at startup, after leftovers are removed and images are known.
     */
    public void restore() {
        List<LabelStore.Found> found = labels.scan();
        found.stream()
                .filter(LabelStore.Found.Whole.class::isInstance)
                .map(whole -> ((LabelStore.Found.Whole) whole).label())
                .sorted(Comparator.comparing(VolumeLabel::createdAt).reversed())
                .forEach(this::restore);
        found.stream()
                .filter(LabelStore.Found.Damaged.class::isInstance)
                .forEach(damaged -> restore((LabelStore.Found.Damaged) damaged));
        LOG.infof("the pool has %d volumes", catalog.list().size());
    }

    private void restore(LabelStore.Found.Damaged damaged) {
        LOG.errorf(
                "volume %s: its label cannot be read: %s. Restore the label and restart the agent, or delete the"
                        + " volume",
                damaged.id(), damaged.what());
        damaged.label().ifPresent(label -> damagedLabels.put(damaged.id(), label));
        VolumeLabel standIn = new VolumeLabel(
                damaged.id(), ResourceName.ofNameless(damaged.id()), clock.instant(), new Source.Nothing());
        catalog.claim(NamedVolume.unlabelled(standIn, turns(standIn)));
    }

    private void restore(VolumeLabel label) {
        // Two volumes may have the same name: the older one's label could not be read for a while, and the name was
        // used again.
        boolean isTaken = catalog.isTaken(label.name());
        if (isTaken) {
            LOG.errorf("volume %s: a newer volume has taken its name, %s", label.id(), label.name());
        }
        VolumeLabel named = isTaken ? unnamed(label) : label;
        catalog.claim(NamedVolume.present(named, turns(named)));
    }

    private static VolumeLabel unnamed(VolumeLabel label) {
        return new VolumeLabel(label.id(), ResourceName.ofNameless(label.id()), label.createdAt(), label.source());
    }

    private WriteTurns turns(VolumeLabel label) {
        return new WriteTurns(engine, PoolName.volume(label.id()));
    }

    /**
     * Creates a volume of zeroes. Durable when this returns; after a failure, nothing of it remains.
     *
     * @param sizeBytes rounded up to whole clusters
     * @throws RefusedException {@code invalid-request}, {@code too-large}, {@code volume-exists}, {@code pool-full}, {@code
     *     device-failed}
     */
    public NamedVolume create(ResourceName name, long sizeBytes, Provisioning provisioning) {
        requireSize(sizeBytes);
        return make(name, new Source.Nothing(), volume -> engine.create(volume.stored(), sizeBytes, provisioning));
    }

    /**
     * Creates a volume that starts with the bytes of an image or snapshot, and has its size, rounded up to whole
     * clusters. Durable when this returns; after a failure, nothing of it remains.
     *
     * @param sizeBytes the size to grow it to, at least that of the source; empty for the size of the source
     * @throws RefusedException {@code image-not-ready}, {@code image-quarantined}, {@code volume-shrink}, and as {@link
     *     #create}
     */
    public NamedVolume cloneOf(ResourceName name, Image source, OptionalLong sizeBytes) {
        sizeBytes.ifPresent(this::requireSize);
        // The lease keeps the source from being deleted until the engine itself knows of the clone.
        try (Lease<Image> lease = source.lease()) {
            return make(name, sourceOf(lease.leased()), volume -> {
                VolumeSummary clone = cutTo(source, engine.cloneOf(source.volume(), volume.stored()));
                sizeBytes.ifPresent(bytes -> growFrom(source, volume, clone, bytes));
            });
        }
    }

    private void growFrom(Image source, NamedVolume volume, VolumeSummary clone, long sizeBytes) {
        // The message names the source, since for the client the volume does not exist yet.
        if (engine.traits().clusterSize().roundUp(sizeBytes) < clone.sizeBytes()) {
            throw new RefusedException(
                    Refusal.VOLUME_SHRINK,
                    "a clone of " + source + " must have at least " + clone.sizeBytes() + " bytes, not " + sizeBytes);
        }
        growTo(volume, clone, sizeBytes);
    }

    /**
     * Cuts a clone to the length of its source: earlier versions stored images that were sent without their length in
     * larger volumes than needed.
     */
    private VolumeSummary cutTo(Image source, VolumeSummary clone) {
        long lengthBytes = source.state() instanceof ImageState.Committed committed
                ? committed.known().map(ManifestHeader::lengthBytes).orElse(clone.sizeBytes())
                : clone.sizeBytes();
        return clone.sizeBytes() > engine.traits().clusterSize().roundUp(lengthBytes)
                ? engine.cut(clone.name(), lengthBytes)
                : clone;
    }

    /** The source that a clone of this image or snapshot has. */
    static Source sourceOf(Image image) {
        return image.kind() == ImageKind.IMAGE ? new Source.OfImage(image.id()) : new Source.OfSnapshot(image.id());
    }

    private NamedVolume make(ResourceName name, Source source, Consumer<NamedVolume> bytes) {
        VolumeLabel label = new VolumeLabel(VolumeId.random(), name, clock.instant(), source);
        NamedVolume volume = NamedVolume.beginning(label, turns(label));
        catalog.claim(volume);
        Settling.Step revocation = () -> {};
        try {
            // ORDER: the label says "not yet" before there are bytes; its new name is the commit.
            labels.stage(label);
            bytes.accept(volume);
            revocation = () -> labels.revoke(volume.id());
            labels.commit(label.id());
        } catch (EngineException.DeviceFailed failure) {
            forget(volume, revocation, removalOfUnseen(volume));
            throw RefusedException.because(failure);
        } catch (EngineException failure) {
            forget(volume, revocation);
            throw RefusedException.because(failure);
        } catch (ManifestDamaged damaged) {
            forget(volume, revocation);
            throw new RefusedException(Refusal.NOT_PROVEN, "the label of " + volume + ": " + damaged.what(), damaged);
        } catch (RuntimeException | Error failure) {
            forget(volume, revocation);
            throw failure;
        }
        volume.begun();
        LogEvent.VOLUME_MADE.info(LOG, "%s is made", volume);
        return volume;
    }

    private void forget(NamedVolume volume, Settling.Step revocation) {
        forget(volume, revocation, () -> labels.removeRest(volume.id()));
    }

    /**
     * @param revocation undoes the commit of the volume; does nothing if the commit was not begun
     */
    private void forget(NamedVolume volume, Settling.Step revocation, Settling.Step removal) {
        settling.settle(
                "the removal of " + volume + ", which could not be made,",
                // ORDER: its name becomes free only when it does not exist: a second volume must not get the name
                // before.
                revocation,
                removal,
                () -> catalog.remove(volume));
    }

    /**
     * Removes the remains of a volume that the device failed to create. The device may have created its bytes although
     * the engine does not see them; the next start will see them. So if the engine does not see any bytes, the staged
     * label stays: it tells the next start that the bytes are half-made.
     */
    private Settling.Step removalOfUnseen(NamedVolume volume) {
        AtomicBoolean seen = new AtomicBoolean();
        return () -> {
            if (seen.get() || labels.hasBytes(volume.id())) {
                seen.set(true);
                labels.removeRest(volume.id());
            }
        };
    }

    private void requireSize(long sizeBytes) {
        if (sizeBytes <= 0) {
            throw new RefusedException(Refusal.INVALID_REQUEST, "'sizeBytes' must be at least 1, not " + sizeBytes);
        }
        if (sizeBytes > limits.sizeMax().bytes()) {
            throw new RefusedException(
                    Refusal.TOO_LARGE,
                    "'sizeBytes' must be at most " + limits.sizeMax() + ", not " + new ByteSize(sizeBytes));
        }
    }

    /**
     * Grows a volume; the new part reads as zeroes. Durable when this returns.
     *
     * @param sizeBytes rounded up to whole clusters
     * @throws RefusedException {@code volume-shrink} when this is less than its present size, {@code invalid-request},
     *     {@code too-large}, {@code volume-in-use}, {@code pool-full}, {@code device-failed}
     */
    public void grow(NamedVolume volume, long sizeBytes) {
        requireSize(sizeBytes);
        try (Lease<NamedVolume> lease = volume.lease()) {
            VolumeSummary unused = lease.leased()
                    .changing(() -> volume.turns()
                            .between(() -> growTo(volume, VolumeFailures.stored(engine, volume), sizeBytes)));
        } catch (EngineException failure) {
            throw RefusedException.because(failure);
        }
    }

    private VolumeSummary growTo(NamedVolume volume, VolumeSummary now, long sizeBytes) {
        long rounded = engine.traits().clusterSize().roundUp(sizeBytes);
        if (rounded < now.sizeBytes()) {
            throw new RefusedException(
                    Refusal.VOLUME_SHRINK,
                    volume + " has " + now.sizeBytes() + " bytes and cannot shrink to " + sizeBytes
                            + "; volumes only grow");
        }
        return engine.resize(volume.stored(), rounded);
    }

    /**
     * Deletes a volume. When this returns, the deletion is durable and the name is free.
     *
     * @throws RefusedException {@code volume-in-use} when somebody keeps using it or a job on it is running,
     *     {@code unreadable}; in these cases the volume is unchanged. {@code device-failed}: it may be deleted, and is
     *     not used until that is known
     */
    public void delete(NamedVolume volume) throws InterruptedException {
        if (!volume.retire(limits.patience())) {
            throw new RefusedException(
                    Refusal.VOLUME_IN_USE,
                    volume
                            + " is in use: it is exported, or another request is reading, writing, changing or"
                            + " deleting it");
        }
        try {
            // Bytes that cannot be read now could not be deleted either, and would remain without a label.
            Unreadable.requireTold(engine, volume.stored());
        } catch (EngineException failure) {
            volume.unretire();
            throw RefusedException.because(failure);
        } catch (RuntimeException | Error bug) {
            volume.unretire();
            throw bug;
        }
        try {
            labels.delete(volume.id());
        } catch (EngineException.DeviceStalled unknown) {
            // The deletion may still happen. Nobody may begin to use the volume before it is known whether it still
            // exists.
            settling.settleLater("the deletion of " + volume, () -> findOut(volume));
            throw RefusedException.because(unknown);
        } catch (EngineException.VolumeUnreadable notBegun) {
            volume.unretire();
            throw RefusedException.because(notBegun);
        } catch (EngineException.DeviceFailed unknown) {
            // The deletion may have happened nevertheless, and a failing device may not be able to tell at once.
            settling.settle("the deletion of " + volume, () -> findOut(volume));
            throw RefusedException.because(unknown);
        } catch (EngineException failure) {
            volume.unretire();
            throw RefusedException.because(failure);
        } catch (RuntimeException | Error bug) {
            // It is not known how far the deletion came.
            settling.settle("the deletion of " + volume, () -> findOut(volume));
            throw bug;
        }
        gone(volume);
    }

    /** Finds out the result of a deletion that the device did not complete in time, or that failed. */
    private void findOut(NamedVolume volume) {
        if (labels.isCommitted(volume.id())) {
            volume.unretire();
            return;
        }
        try {
            // Its record may have been missing before. In that case only this note says that it is deleted.
            labels.delete(volume.id());
        } catch (EngineException.VolumeNotFound nothingLeft) {
            LOG.debugf("%s is gone from the pool", volume);
        }
        gone(volume);
    }

    private void gone(NamedVolume volume) {
        // Nothing can bring it back, so a failure here is not reported to the client: it only costs space.
        settling.settle("the removal of the bytes of " + volume, () -> labels.removeRest(volume.id()));
        catalog.remove(volume);
        damagedLabels.remove(volume.id());
        LogEvent.VOLUME_DELETED.info(LOG, "%s is deleted", volume);
    }

    /**
     * The volume of this name.
     *
     * @throws RefusedException {@code volume-not-found}
     */
    public NamedVolume get(ResourceName name) {
        return catalog.get(name);
    }

    /** The description of a volume, as of now. */
    public VolumeReport report(NamedVolume volume) {
        return reports.of(volume);
    }

    /** The descriptions of all volumes, by name. */
    public List<VolumeReport> list() {
        return catalog.list().stream().map(reports::of).toList();
    }

    /** All volumes, by name, without details that only the engine knows. Does not block. */
    public List<NamedVolume> named() {
        return catalog.list();
    }

    /** The labels of existing volumes that were in the pool at startup and could not be read. Does not block. */
    public List<Unreadable> damagedLabels() {
        return List.copyOf(damagedLabels.values());
    }

    /** How many volumes there are. Does not block. */
    public int count() {
        return catalog.list().size();
    }

    /** Finds what depends on images and snapshots. */
    public Dependents clones() {
        return new Clones(engine, images, catalog);
    }

    /** Leaves remains of volumes that were deleted, or could not be created, to the next start. */
    @Override
    public void close() {
        settling.close();
    }
}
