// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.List;

/**
 * What is done to a volume beside those who write to it: each round makes a snapshot, then inflates, decouples or grows the
 * volume, or goes by a clone; and with the oldest of more than a few snapshots, which is checked first, merges. Confined to
 * one thread.
 */
final class StructureChanges {
    private static final int SNAPSHOTS_KEPT = 4;

    private final SpdkEngine engine;
    private final VolumeName volume;
    private final CutModel model;
    private final CutCheck check;
    private final long sizeMax;

    /**
     * @param model hears of all that is done
     * @param check tells whether snapshots are right
     * @param clustersMax how far the volume may grow; so many are taken up to seven times
     */
    StructureChanges(SpdkEngine engine, VolumeName volume, CutModel model, CutCheck check, int clustersMax) {
        this.engine = engine;
        this.volume = volume;
        this.model = model;
        this.check = check;
        this.sizeMax = (long) clustersMax * TestDevice.CLUSTER_BYTES;
    }

    /** What a clone of a snapshot may be called. */
    static List<VolumeName> clonesOf(Cut cut) {
        return List.of(VolumeName.of("clone-" + cut.asked()), VolumeName.of("inflated-" + cut.asked()));
    }

    void round(int number) {
        Cut cut = snapshot();
        switch (number % 5) {
            case 0 -> throughAClone(cut);
            case 1 -> grow();
            case 2 -> engine.decouple(volume);
            case 3 -> engine.inflate(volume);
            default -> inflatedClone(cut);
        }
        while (model.cuts().size() > SNAPSHOTS_KEPT) {
            merge(model.cuts().get(0));
        }
    }

    /** Only a snapshot. */
    Cut snapshot() {
        Cut cut = model.beginSnapshot();
        engine.snapshot(volume, cut.name());
        model.snapshotMade(cut);
        return model.cut(cut.asked());
    }

    private void throughAClone(Cut cut) {
        VolumeName clone = clonesOf(cut).get(0);
        engine.cloneOf(cut.name(), clone);
        check.requireCut(clone, cut);
        engine.delete(clone);
    }

    private void inflatedClone(Cut cut) {
        VolumeName clone = clonesOf(cut).get(1);
        engine.cloneOf(cut.name(), clone);
        engine.inflate(clone);
        check.requireCut(clone, cut);
        engine.delete(clone);
    }

    private void grow() {
        long size = engine.find(volume).orElseThrow().sizeBytes() + TestDevice.CLUSTER_BYTES;
        if (size > sizeMax) {
            return;
        }
        model.beginGrowth(Math.toIntExact(size / CutModel.BLOCK_BYTES));
        VolumeSummary grown = engine.resize(volume, size);
        model.grown();
        if (grown.sizeBytes() != size) {
            throw new AssertionError("grown to " + grown + ", not to " + size);
        }
    }

    /** Those that are left depend on no other: the next one, or the volume, is its only child. */
    private void merge(Cut oldest) {
        check.requireCut(oldest.name(), oldest);
        model.beginDeletion(oldest);
        engine.delete(oldest.name());
        model.deleted(oldest);
    }
}
