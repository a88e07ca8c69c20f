// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.Volume;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageDeletion;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestLimits;
import io.scrubjay.ingest.IngestObserver;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.VolumeId;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import io.scrubjay.volume.Snapshots;
import io.scrubjay.volume.VolumeLimits;
import io.scrubjay.volume.Volumes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

/** What a start makes of a pool. */
class ReconcileTest {
    private static final ClusterSize CLUSTER_SIZE = ClusterSize.parse("64K");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private final TestPool pool = TestPool.of(CLUSTER_SIZE, 32L << 20);
    private final StorageEngine engine = pool.open();
    private final ManifestStore manifests = new ManifestStore(engine);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void committedImagesComeBackReady() {
        Image stored = ingest("disk", NOON);

        ImageCatalog catalog = reconciled();

        assertThat(catalog.list()).extracting(Image::id).containsExactly(stored.id());
        assertThat(catalog.get(stored.name()).state()).isInstanceOf(ImageState.Ready.class);
    }

    @Test
    void anImageWithoutItsSnapshotComesBackQuarantined() {
        pool.mayHold(Flaw.MISSING_PART);
        Image stored = ingest("disk", NOON);
        engine.delete(PoolName.snapshot(stored.id()));

        ImageState state = reconciled().get(stored.name()).state();

        assertThat(state)
                .isInstanceOfSatisfying(
                        ImageState.Quarantined.class,
                        quarantined -> assertThat(quarantined.code()).isEqualTo("snapshot-lost"));
        assertThat(manifests.scan().quarantines()).isEmpty();
    }

    @Test
    void bytesWithoutTheirRecordAreKeptAndShownUntilTheyAreDeleted() throws InterruptedException {
        // Given
        Image stored = ingest("disk", NOON);
        engine.delete(PoolName.manifest(stored.id()));

        // When
        ImageCatalog catalog = reconciled();

        // Then
        Image found = catalog.get(ResourceName.ofNameless(stored.id()));
        assertThat(found.state())
                .isInstanceOfSatisfying(
                        ImageState.Quarantined.class,
                        quarantined -> assertThat(quarantined.code()).isEqualTo("manifest-missing"));
        assertThat(engine.find(PoolName.snapshot(stored.id()))).isPresent();
        assertThat(manifests.missing())
                .extracting(Unreadable::place)
                .containsExactly(PoolName.manifest(stored.id()).value());
        new ImageDeletion(engine, manifests, catalog, image -> List.of(), Duration.ofSeconds(1)).delete(found);
        assertThat(engine.list()).isEmpty();
        assertThat(manifests.missing()).isEmpty();
    }

    @Test
    void aMarkerThatIsAllThereIsLeftOfAnImageIsShownUntilItIsDeleted() throws InterruptedException {
        // Given
        Image stored = ingest("disk", NOON);
        manifests.quarantine(
                QuarantineMarker.of(manifests.header(stored.id()), "scrub-finding", "a chunk rotted", NOON, List.of()));
        engine.delete(PoolName.snapshot(stored.id()));
        engine.delete(PoolName.manifest(stored.id()));

        // When
        ImageCatalog catalog = reconciled();

        // Then
        Image found = catalog.get(ResourceName.ofNameless(stored.id()));
        assertThat(engine.find(PoolName.quarantine(stored.id()))).isPresent();
        assertThat(manifests.missing()).isNotEmpty();
        new ImageDeletion(engine, manifests, catalog, image -> List.of(), Duration.ofSeconds(1)).delete(found);
        assertThat(engine.list()).isEmpty();
        assertThat(manifests.missing()).isEmpty();
    }

    @Test
    void theBytesOfAVolumeThatAreGoneAreToldOf() throws InterruptedException {
        // Given
        VolumeLimits limits = new VolumeLimits(ByteSize.parse("1G"), 1, 2, Duration.ofSeconds(1));
        Volumes before = new Volumes(engine, new ImageCatalog(), limits, InstantSource.fixed(NOON));
        VolumeId id = before.create(ResourceName.parse("disk"), 1 << 20, Provisioning.THIN)
                .id();
        assertThat(manifests.missing()).isEmpty();
        engine.delete(PoolName.volume(id));

        // When
        Volumes volumes = new Volumes(engine, reconciled(), limits, InstantSource.fixed(NOON));
        volumes.restore();

        // Then
        assertThat(manifests.missing()).singleElement().satisfies(missing -> {
            assertThat(missing.name()).contains(PoolName.volume(id));
            assertThat(missing.reason()).contains(PoolName.label(id).value());
        });
        volumes.delete(volumes.get(ResourceName.parse("disk")));
        assertThat(manifests.missing()).isEmpty();
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void ofTwoImagesWithOneNameTheYoungerKeepsIt() {
        pool.mayHold(Flaw.NAME_TWICE);
        // Given an image whose manifest could not be read for a while, so that its name was given away
        Image older = ingest("disk", NOON);
        Image younger = ingest("disk", NOON.plusSeconds(1));

        ImageCatalog catalog = reconciled();

        assertThat(catalog.get(younger.name()).id()).isEqualTo(younger.id());
        Image aside = catalog.get(ResourceName.ofNameless(older.id()));
        assertThat(aside.state())
                .isInstanceOfSatisfying(
                        ImageState.Quarantined.class,
                        quarantined -> assertThat(quarantined.code()).isEqualTo("name-taken"));
        assertThat(catalog.list()).hasSize(2);
    }

    @Test
    void noNameOfPeopleKeepsADamagedImageFromComingBack() {
        pool.mayHold(Flaw.NAME_TWICE);
        // Given a user's image called as damaged ones were called by earlier agents, and two of one name
        Image damaged = ingest("disk", NOON);
        Image users = ingest("damaged-" + damaged.id().hex(), NOON);
        Image older = ingest("twin", NOON);
        Image younger = ingest("twin", NOON.plusSeconds(1));
        garble(damaged.id());

        // When
        ImageCatalog catalog = reconciled();

        // Then
        assertThat(catalog.list())
                .extracting(Image::id)
                .containsExactlyInAnyOrder(damaged.id(), users.id(), older.id(), younger.id());
        assertThat(catalog.get(users.name()).state()).isInstanceOf(ImageState.Ready.class);
        assertThat(catalog.get(ResourceName.ofNameless(damaged.id())).id()).isEqualTo(damaged.id());
        assertThat(catalog.get(ResourceName.ofNameless(older.id())).id()).isEqualTo(older.id());
    }

    @Test
    void aManifestThatClaimsTheAgentsNameForAnotherIsDamaged() {
        pool.mayHold(Flaw.DAMAGED_RECORD, Flaw.MISSING_PART);
        Image damaged = ingest("disk", NOON);
        Manifest honest = manifests.read(damaged.id());
        ManifestHeader header = honest.header();
        ImageId liar = ImageId.random();
        manifests.stage(new Manifest(
                new ManifestHeader(
                        header.formatVersion(),
                        liar,
                        ResourceName.ofNameless(damaged.id()),
                        header.lengthBytes(),
                        header.origin(),
                        header.footprint(),
                        header.contentDigest(),
                        header.createdAt(),
                        header.sealedAt()),
                honest.leaves()));
        manifests.commit(liar);
        garble(damaged.id());

        assertThat(reconciled().list()).extracting(Image::id).containsExactlyInAnyOrder(damaged.id(), liar);
    }

    private void garble(ImageId id) {
        try (Volume manifest = engine.open(PoolName.manifest(id), Access.WRITE)) {
            Stages.await(manifest.write(0, ByteBuffer.allocate(4096)));
        }
    }

    @Test
    void aSnapshotWithADamagedManifestComesBackAsASnapshot() {
        // Given
        ImageCatalog before = new ImageCatalog();
        CommittedManifests committed = new CommittedManifests(manifests::read, 1 << 20);
        VolumeLimits limits = new VolumeLimits(ByteSize.parse("1G"), 1, 2, Duration.ofSeconds(1));
        Image snapshot;
        try (Snapshots snapshots = new Snapshots(engine, manifests, committed, before, InstantSource.fixed(NOON))) {
            Volumes volumes = new Volumes(engine, before, limits, InstantSource.fixed(NOON));
            snapshot = snapshots.take(
                    volumes.create(ResourceName.parse("disk"), 1 << 20, Provisioning.THIN),
                    ResourceName.parse("monday"));
        }
        garble(snapshot.id());

        // When
        ImageCatalog catalog = reconciled();

        // Then
        assertThat(catalog.list()).isEmpty();
        assertThat(catalog.list(ImageKind.SNAPSHOT)).singleElement().satisfies(found -> {
            assertThat(found.id()).isEqualTo(snapshot.id());
            assertThat(found.volume()).isEqualTo(snapshot.volume());
            assertThat(found.state())
                    .isInstanceOfSatisfying(
                            ImageState.Quarantined.class,
                            quarantined -> assertThat(quarantined.code()).isEqualTo("manifest-damaged"));
        });
    }

    private ImageCatalog reconciled() {
        ImageCatalog catalog = new ImageCatalog();
        Reconcile reconcile = new Reconcile(engine, manifests, catalog, InstantSource.fixed(NOON));
        reconcile.onStart(null);
        assertThat(reconcile.isDone()).isTrue();
        return catalog;
    }

    private Image ingest(String name, Instant createdAt) {
        IngestLimits limits = new IngestLimits(
                1, 3, WindowPool.windowBytesFor(CLUSTER_SIZE), 2, Duration.ofSeconds(60), ByteSize.parse("1G"));
        try (Ingests ingests = new Ingests(
                limits,
                engine,
                manifests,
                new ImageCatalog(),
                InstantSource.fixed(createdAt),
                System::nanoTime,
                IngestObserver.NONE)) {
            Ingest ingest = ingests.begin(new IngestOrder(
                    ResourceName.parse(name),
                    new SourceForm(Optional.of(ImageFormat.RAW), Optional.of(Compression.NONE)),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    List.of(),
                    Optional.empty()));
            ingest.receive(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ingest.complete();
            return Stages.await(ingest.done());
        }
    }
}
