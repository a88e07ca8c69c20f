// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;
import io.scrubjay.engine.spdk.VolumeLoad.Beside;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.process.JsonRpc;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.ReactorOptions;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A program that opens a pool, checks what earlier runs have left there, loads it, and ends in the middle of that: {@code
 * LoadMain <device> <journal> <load> <owner> <end> <seed>}. The first run makes the pool. One that finds anything wrong ends with
 * another status than it should.
 */
final class LoadMain {
    /** What it says of a pool that was closed in good order. */
    static final String MARKED = "the pool is marked";

    /** What {@link End#EXIT} ends with. */
    static final int STATUS = 3;

    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final int CLUSTERS = 8;
    private static final int CLUSTERS_MAX = 12;
    private static final int CLUSTER_BLOCKS = TestDevice.CLUSTER_BYTES / CutModel.BLOCK_BYTES;
    private static final int CHANGES_BETWEEN = 10;
    /** What {@link End#RETURN} comes after. */
    private static final int ROUNDS = 50;

    /** How many clusters a device needs for {@link Load#FLUSHED_WRITES}. */
    static final int POOL_CLUSTERS = 7 * CLUSTERS_MAX;

    /**
     * How many it needs when nothing is ever deleted, and all of the volume is written between two snapshots. SPDK's own
     * metadata takes more than the one cluster that a device has for it, the more snapshots the more.
     */
    static final int POOL_CLUSTERS_KEPT = (ROUNDS + 2) * CLUSTERS;

    /** What is done. */
    enum Load {
        /** Nothing. */
        NONE,
        /** Writes that are flushed before they count, and all changes of structure. */
        FLUSHED_WRITES,
        /** Writes, and snapshots. */
        SNAPSHOTS,
        /** The same, but for what the engine does to keep writes out of SPDK's way. */
        UNGUARDED_SNAPSHOTS
    }

    /** How it ends. */
    enum End {
        /** After some rounds, in good order: all writes answered, the pool closed. */
        RETURN,
        /** Under load, when somebody ends it. */
        WAIT,
        /** Under load, as all that follow: its main thread returns. */
        LEAVE,
        EXIT,
        THROW
    }

    /** What becomes of the pool when the process ends. */
    enum Owner {
        /** It is closed. */
        CLOSES,
        /** Nobody does anything. */
        FORGETS
    }

    private final SpdkEngine engine;
    private final CutModel model;
    private final Load load;
    private final AtomicBoolean ending = new AtomicBoolean();

    private LoadMain(SpdkEngine engine, CutModel model, Load load) {
        this.engine = engine;
        this.model = model;
        this.load = load;
    }

    public static void main(String[] arguments) throws InterruptedException {
        SpdkPool pool = SpdkPool.on(SpdkDevice.parse(arguments[0])).withFormat(FormatPolicy.IF_BLANK);
        CutModel model = CutModel.journaled(CLUSTERS * CLUSTER_BLOCKS, Path.of(arguments[1]));
        try (RawPool raw = RawPool.open(pool)) {
            if (raw.isMarked()) {
                System.out.println(MARKED);
            }
            raw.requireClustersAddUp();
        }
        LoadMain main = new LoadMain(SpdkEngine.open(pool), model, Load.valueOf(arguments[2]));
        main.check();
        if (Owner.valueOf(arguments[3]) == Owner.CLOSES) {
            Runtime.getRuntime().addShutdownHook(new Thread(main::closeInTheMiddle));
        }
        main.run(End.valueOf(arguments[4]), Long.parseLong(arguments[5]));
    }

    private void check() {
        if (model.isFresh()) {
            engine.create(VOLUME, CLUSTERS * (long) TestDevice.CLUSTER_BYTES, Provisioning.THIN);
        }
        PoolCheck check = new PoolCheck(engine, VOLUME, model);
        check.settle();
        check.requireEverything();
    }

    private void run(End end, long seed) throws InterruptedException {
        if (load == Load.NONE) {
            engine.close();
            return;
        }
        model.started();
        Volume volume = engine.open(VOLUME, Access.WRITE);
        VolumeLoad writers = VolumeLoad.start(volume, model, beside(), seed);
        try {
            change(writers, seed, end);
        } catch (RuntimeException | Error failed) {
            if (!ending.get()) {
                throw failed;
            }
        }
        switch (end) {
            case RETURN -> {
                writers.close();
                volume.close();
                engine.close();
            }
            case WAIT -> System.out.println("ended by somebody");
            case LEAVE -> System.out.println("returns");
            case EXIT -> System.exit(STATUS);
            case THROW -> throw new IllegalStateException("thrown");
        }
    }

    private Set<Beside> beside() {
        // What SPDK is told behind the engine's back, it does not know of when it unmaps.
        return load == Load.FLUSHED_WRITES ? EnumSet.allOf(Beside.class) : EnumSet.noneOf(Beside.class);
    }

    /** As whoever opened a pool does when its process is to end. */
    private void closeInTheMiddle() {
        ending.set(true);
        engine.close();
    }

    private void change(VolumeLoad writers, long seed, End end) throws InterruptedException {
        StructureChanges changes =
                new StructureChanges(engine, VOLUME, model, new PoolCheck(engine, VOLUME, model), CLUSTERS_MAX);
        int first = new Random(seed).nextInt(ROUNDS);
        int rounds = switch (end) {
            case RETURN -> ROUNDS;
            case WAIT -> Integer.MAX_VALUE - first;
            case LEAVE, EXIT, THROW -> 1;
        };
        for (int round = first; round < first + rounds; round++) {
            writers.awaitChanges(CHANGES_BETWEEN);
            switch (load) {
                case NONE -> throw new IllegalStateException("nothing is to be done");
                case FLUSHED_WRITES -> changes.round(round);
                case SNAPSHOTS -> changes.snapshot();
                case UNGUARDED_SNAPSHOTS -> unguardedSnapshot();
            }
        }
        writers.awaitChanges(CHANGES_BETWEEN);
    }

    private void unguardedSnapshot() {
        Cut cut = model.beginSnapshot();
        Reactor.started(ReactorOptions.DEFAULT)
                .rpc()
                .call(
                        "bdev_lvol_snapshot",
                        JsonRpc.parameters()
                                .put("lvol_name", "scrubjay/" + VOLUME)
                                .put("snapshot_name", cut.name().value()));
        model.snapshotMade(cut);
    }
}
