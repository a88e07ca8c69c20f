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
 * Finds the volumes of a pool that has just been opened. What cannot be understood is told of, and left as it is.
 * Confined to the thread that opens.
 */
final class PoolScan {
    /**
     * What lies in the pool.
     *
     * @param volumes those that are whole, in the order of names
     * @param unreadable everything else
     */
    record Found(List<Volume> volumes, List<Unreadable> unreadable) {}

    /** A volume that is whole. */
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

    /** Reads every volume's meta. What crashes left of changes to whole volumes is gone afterwards. */
    Found run() {
        for (Path entry : PoolDirectory.entries(pool.volumes())) {
            read(entry);
        }
        List<Volume> volumes = originals().stream()
                .map(whole -> new Volume(whole.name(), whole.written().meta()))
                .toList();
        // ORDER: nothing is tidied up before it is clear which directories are the pool's own.
        volumes.forEach(volume -> pool.volume(volume.name()).settle(pool.files()));
        return new Found(volumes, unreadable);
    }

    private void read(Path entry) {
        Optional<VolumeName> name = name(entry);
        try {
            requireDirectory(entry);
            VolumeName known = name.orElseThrow(() -> new DamagedException("its name is not a volume's"));
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

    /** All but copies, in the order of names. Where nothing tells the original from a copy, neither is taken for it. */
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
                        "these directories have the same id inside: "
                                + same.stream().map(Candidate::name).toList());
            }
        }
        return originals;
    }

    /** The file of the original says its name. Files of earlier programs say none. */
    private static boolean isOriginal(Candidate one, List<Candidate> same) {
        return one.written().name().isPresent()
                && same.stream()
                                .filter(other -> other.written().name().isPresent())
                                .count()
                        == 1;
    }

    private static void requireDirectory(Path entry) throws DamagedException {
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            throw new DamagedException("it is no directory");
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
