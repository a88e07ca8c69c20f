// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds the volumes of a pool that has just been opened. Reports everything that it cannot read, and leaves it
 * unchanged. Confined to the thread that opens the pool.
 */
final class PoolScan {
    /**
     * The contents of the pool.
     *
     * @param volumes the complete volumes, in the order of their names
     * @param unreadable everything else
     */
    record Found(List<Volume> volumes, List<Unreadable> unreadable) {}

    /** A complete volume. */
    record Volume(VolumeName name, VolumeMeta meta) {}

    private record Candidate(VolumeName name, VolumeMeta.Written written) {
        UUID id() {
            return written.meta().id();
        }
    }

    private final PoolDirectory pool;
    private final ClusterSize clusterSize;
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<Unreadable> unreadable = new ArrayList<>();

    PoolScan(PoolDirectory pool) {
        this.pool = pool;
        this.clusterSize = pool.format().clusterSize();
    }

    /** Reads the meta of every volume, and removes everything that crashes have left of changes to complete volumes. */
    Found run() {
        for (Path entry : PoolDirectory.entries(pool.volumes())) {
            read(entry);
        }
        List<Volume> volumes = originals().stream()
                .map(whole -> new Volume(whole.name(), whole.written().meta()))
                .toList();
        // ORDER: nothing is removed before it is known which directories are volumes of this pool.
        volumes.forEach(volume -> pool.volume(volume.name()).settle(pool.files()));
        return new Found(volumes, unreadable);
    }

    private void read(Path entry) {
        Optional<VolumeName> name = name(entry);
        try {
            requireDirectory(entry);
            VolumeName known = name.orElseThrow(() -> new DamagedException("its name is not a volume name"));
            VolumeMeta.Written written = pool.volume(known).read();
            if (!clusterSize.isAligned(written.meta().sizeBytes())) {
                throw new DamagedException("its size is not a multiple of " + clusterSize);
            }
            candidates.add(new Candidate(known, written));
        } catch (DamagedException damaged) {
            leaveOut(entry, name, damaged.errno(), damaged.getMessage());
        } catch (EngineException.DeviceFailed failed) {
            leaveOut(entry, name, failed.errno(), failed.getMessage());
        }
    }

    private void leaveOut(Path entry, Optional<VolumeName> name, int errno, String reason) {
        unreadable.add(new Unreadable(name, pool.root().relativize(entry).toString(), errno, reason));
    }

    /**
     * All volumes except copies, in the order of their names. If it cannot be known which is the original, both are
     * left out.
     */
    private List<Candidate> originals() {
        Map<UUID, List<Candidate>> byId = new HashMap<>();
        candidates.forEach(
                one -> byId.computeIfAbsent(one.id(), id -> new ArrayList<>()).add(one));
        List<Candidate> originals = new ArrayList<>();
        for (Candidate one : candidates) {
            List<Candidate> same = byId.get(one.id());
            if (same.size() == 1 || isOriginal(one, same)) {
                originals.add(one);
            } else {
                leaveOut(
                        pool.volume(one.name()).path(),
                        Optional.of(one.name()),
                        0,
                        "these directories have the same id in their meta files: "
                                + same.stream().map(Candidate::name).toList());
            }
        }
        return originals;
    }

    /**
     * Whether this is the original: the only directory with this id whose meta file contains the name of the volume. A
     * copy of such a directory was left out before, since its own name differs. Meta files of earlier versions contain
     * no name.
     */
    private static boolean isOriginal(Candidate one, List<Candidate> same) {
        return one.written().name().isPresent()
                && same.stream()
                                .filter(other -> other.written().name().isPresent())
                                .count()
                        == 1;
    }

    private static void requireDirectory(Path entry) throws DamagedException {
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            throw new DamagedException("it is not a directory");
        }
    }

    private static Optional<VolumeName> name(Path entry) {
        try {
            return Optional.of(new VolumeName(entry.getFileName().toString()));
        } catch (IllegalArgumentException illegal) {
            return Optional.empty();
        }
    }
}
