// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.HeldBack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Files that belong to no volume (any more) and could not be removed. They take space until a later attempt succeeds.
 * Thread-safe.
 */
final class Remnants {
    private static final System.Logger LOG = System.getLogger(Remnants.class.getName());

    private final DurableFiles files;
    /** The paths of these files, each with the reason why it could not be removed. */
    private final Map<Path, String> left = new ConcurrentHashMap<>();

    Remnants(DurableFiles files) {
        this.files = files;
    }

    /** Removes a file, or a directory with everything in it. If that fails, {@link #removeAgain} tries again. */
    void remove(Path tree) {
        try {
            files.remove(tree);
        } catch (IOException failed) {
            LOG.log(
                    Level.WARNING,
                    tree + " could not be removed and takes space; the agent tries again until it succeeds",
                    failed);
            left.put(tree, String.valueOf(failed));
        }
    }

    /** Tries again to remove everything that could not be removed before. */
    void removeAgain() {
        for (Path tree : List.copyOf(left.keySet())) {
            try {
                files.remove(tree);
                left.remove(tree);
                LOG.log(Level.INFO, "{0} is removed", tree);
            } catch (IOException still) {
                left.replace(tree, String.valueOf(still));
            }
        }
    }

    /** The space that the remaining files take; at most one entry. */
    List<HeldBack> heldBack(ClusterSize clusterSize) {
        Map<Path, String> now = Map.copyOf(left);
        if (now.isEmpty()) {
            return List.of();
        }
        return List.of(new HeldBack(
                clusterSize.clustersIn(occupiedBytes(now.keySet())),
                "deleted, but its files cannot be removed: "
                        + now.values().iterator().next()
                        + (now.size() == 1 ? "" : ", and " + (now.size() - 1) + " more")
                        + "; the agent tries again until they can"));
    }

    private static long occupiedBytes(Collection<Path> trees) {
        long sum = 0;
        for (Path tree : trees) {
            try (Stream<Path> all = Files.walk(tree)) {
                sum += all.mapToLong(path -> Math.max(0, NativePath.of(path).pass(FileNative::occupied)))
                        .sum();
            } catch (IOException | UncheckedIOException unknown) {
                LOG.log(Level.DEBUG, "what " + tree + " takes cannot be told", unknown);
            }
        }
        return sum;
    }
}
