// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether a pool is what a model says: every acknowledged change there, and every snapshot equal to its cut.
 *
 * @param volume whom the model is about
 */
record PoolCheck(SpdkEngine engine, VolumeName volume, CutModel model) implements CutCheck {
    /** Fails unless all of the pool is right; nothing may be under way. */
    void requireEverything() {
        long now = model.now();
        model.requireCut(volume.value(), read(volume), now, now);
        model.cuts().forEach(cut -> requireCut(cut.name(), cut));
        assertThat(engine.list())
                .filteredOn(found -> found.kind() == VolumeKind.SNAPSHOT)
                .extracting(VolumeSummary::name)
                .containsExactlyInAnyOrderElementsOf(
                        model.cuts().stream().map(Cut::name).toList());
        requireClustersAddUp();
    }

    @Override
    public void requireCut(VolumeName name, Cut cut) {
        model.requireCut(name.value(), read(name), cut);
    }

    private byte[] read(VolumeName name) {
        try (AwaitedVolume open = AwaitedVolume.open(engine, name.value(), Access.VERIFY)) {
            return open.readAll();
        }
    }

    private void requireClustersAddUp() {
        long own = engine.list().stream()
                .mapToLong(found -> engine.allocated(found.name()).count())
                .sum();
        assertThat(engine.usage().usedBytes()).isEqualTo(own * TestDevice.CLUSTER_BYTES);
    }

    /** Finds out what became of what a process that is no more had under way, and takes its clones away. */
    void settle() {
        Map<VolumeName, VolumeSummary> found =
                engine.list().stream().collect(Collectors.toMap(VolumeSummary::name, Function.identity()));
        for (Cut cut : model.cuts()) {
            for (VolumeName clone : StructureChanges.clonesOf(cut)) {
                if (found.containsKey(clone)) {
                    requireCut(clone, cut);
                    engine.delete(clone);
                }
            }
            if (!cut.isThere()) {
                settle(cut, found.containsKey(cut.name()));
            }
        }
        settleDecouple();
        long blocks = found.get(volume).sizeBytes() / CutModel.BLOCK_BYTES;
        assertThat(blocks).as("size of the volume").isIn((long) model.blockCount(), (long) model.blockCountMax());
        if (blocks > model.blockCount()) {
            model.grown();
        }
    }

    /**
     * A volume is decoupled one parent at a time. One that was left on the way has a snapshot of its own beside it below
     * the same parent, which could not be merged as long as both are there.
     */
    private void settleDecouple() {
        Optional<VolumeName> parent = engine.find(volume).flatMap(VolumeSummary::parent);
        long children = engine.list().stream()
                .filter(found -> parent.isPresent() && found.parent().equals(parent))
                .count();
        if (children > 1) {
            engine.decouple(volume);
        }
    }

    private void settle(Cut cut, boolean there) {
        if (there) {
            model.snapshotMade(cut);
        } else {
            model.deleted(cut);
        }
    }
}
