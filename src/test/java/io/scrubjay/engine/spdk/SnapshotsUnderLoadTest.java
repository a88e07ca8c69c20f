package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sixteen writers go on while the volume they write to is snapshotted, cloned, grown, merged, decoupled and inflated:
 * unguarded, SPDK loses writes, a volume or the whole store over that. No write that was acknowledged may be missing, and
 * each snapshot has to be a cut.
 */
@NeedsSpdk
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SnapshotsUnderLoadTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int CLUSTER_BLOCKS = CLUSTER / CutModel.BLOCK_BYTES;
    private static final int WRITERS = 16;
    private static final int SNAPSHOTS = 20;
    private static final int SNAPSHOTS_KEPT = 4;
    private static final int CLUSTERS = 24;
    private static final int POOL_CLUSTERS = 240;
    /** How much is to be written between two changes of structure. */
    private static final int WRITES_BETWEEN = 40;

    private static final VolumeName VOLUME = VolumeName.of("volume");

    @TempDir
    Path directory;

    /** When a snapshot was asked for, and when it was there. */
    private record Cut(long before, long after) {}

    private final CutModel model = new CutModel(CLUSTERS * CLUSTER_BLOCKS);
    private final Map<VolumeName, Cut> cuts = new LinkedHashMap<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong written = new AtomicLong();

    private SpdkEngine engine;

    @AfterEach
    void close() {
        engine.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingAcknowledgedIsLostAndSnapshotsAreCuts(DeviceKind kind) throws Exception {
        // Given
        SpdkPool pool = kind.pool(directory, POOL_CLUSTERS);
        engine = SpdkEngine.open(pool);
        engine.create(VOLUME, (long) CLUSTERS * CLUSTER, Provisioning.THIN);

        // When
        try (Volume volume = engine.open(VOLUME, Access.WRITE)) {
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                Random random = new Random(writer);
                writers.add(threads.submit(() -> write(volume, random)));
            }
            try {
                for (int round = 0; round < SNAPSHOTS; round++) {
                    awaitWrites(writers);
                    changeStructure(round);
                }
                awaitWrites(writers);
            } finally {
                stop.set(true);
                threads.shutdown();
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        // Then
        requireEverything();
        engine.close();
        engine = SpdkEngine.open(pool);
        requireEverything();
    }

    private void write(Volume volume, Random random) {
        ByteBuffer bytes = AlignedBuffer.allocate(CLUSTER);
        while (!stop.get()) {
            boolean unmaps = random.nextInt(20) == 0;
            CutModel.Change change =
                    unmaps ? model.beginUnmap(random, CLUSTER_BLOCKS) : model.beginWrite(random, CLUSTER_BLOCKS);
            if (unmaps) {
                Stages.await(volume.unmap(new ByteRange(change.offset(), change.lengthBytes())));
            } else {
                Stages.await(volume.write(change.offset(), change.fill(bytes)));
            }
            if (random.nextInt(8) == 0) {
                requireOneself(volume, change);
            }
            model.acknowledged(change);
            written.incrementAndGet();
        }
    }

    /** Nobody else writes there before the change is acknowledged. */
    private static void requireOneself(Volume volume, CutModel.Change change) {
        ByteBuffer expected = ByteBuffer.allocate(change.lengthBytes());
        change.fill(expected);
        ByteBuffer found = AlignedBuffer.allocate(change.lengthBytes());
        Stages.await(volume.read(change.offset(), found));
        assertThat(found.mismatch(expected))
                .as("the first byte that is not what was just written")
                .isEqualTo(-1);
    }

    private void awaitWrites(List<Future<?>> writers) throws ExecutionException, InterruptedException {
        long enough = written.get() + WRITES_BETWEEN;
        while (written.get() < enough) {
            for (Future<?> writer : writers) {
                if (writer.isDone()) {
                    writer.get();
                }
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void changeStructure(int round) {
        VolumeName snapshot = VolumeName.of("snapshot-" + round);
        long before = model.now();
        engine.snapshot(VOLUME, snapshot);
        cuts.put(snapshot, new Cut(before, model.now()));
        switch (round % 5) {
            case 0 -> throughAClone(snapshot);
            case 1 -> grow();
            case 2 -> engine.decouple(VOLUME);
            case 3 -> engine.inflate(VOLUME);
            default -> inflatedClone(snapshot);
        }
        if (cuts.size() > SNAPSHOTS_KEPT) {
            VolumeName oldest = cuts.keySet().iterator().next();
            requireCut(oldest);
            engine.delete(oldest);
            cuts.remove(oldest);
        }
    }

    private void throughAClone(VolumeName snapshot) {
        VolumeName clone = VolumeName.of("clone");
        engine.cloneOf(snapshot, clone);
        requireCut(clone, cuts.get(snapshot));
        engine.delete(clone);
    }

    private void inflatedClone(VolumeName snapshot) {
        VolumeName clone = VolumeName.of("inflated");
        engine.cloneOf(snapshot, clone);
        engine.inflate(clone);
        requireCut(clone, cuts.get(snapshot));
        engine.delete(clone);
    }

    private void grow() {
        VolumeSummary grown =
                engine.resize(VOLUME, engine.find(VOLUME).orElseThrow().sizeBytes() + CLUSTER);
        model.grow(Math.toIntExact(grown.sizeBytes() / CutModel.BLOCK_BYTES));
    }

    private void requireCut(VolumeName name) {
        requireCut(name, cuts.get(name));
    }

    private void requireCut(VolumeName name, Cut cut) {
        model.requireCut(name.value(), read(name), cut.before(), cut.after());
    }

    private void requireEverything() {
        long now = model.now();
        model.requireCut(VOLUME.value(), read(VOLUME), now, now);
        cuts.keySet().forEach(this::requireCut);
        assertThat(engine.list())
                .filteredOn(volume -> volume.kind() == VolumeKind.SNAPSHOT)
                .extracting(VolumeSummary::name)
                .containsExactlyInAnyOrderElementsOf(cuts.keySet());
        long own = engine.list().stream()
                .mapToLong(volume -> engine.allocated(volume.name()).count())
                .sum();
        assertThat(engine.usage().usedBytes()).isEqualTo(own * CLUSTER);
    }

    private byte[] read(VolumeName name) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name.value(), Access.VERIFY)) {
            return volume.readAll();
        }
    }
}
