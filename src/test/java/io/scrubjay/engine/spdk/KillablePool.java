// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.LentEngine;
import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.ondisk.NamePairs;
import io.scrubjay.engine.spdk.ondisk.PrivateName;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A pool that can be left as a killed process leaves it, and be opened again in this one. A file is copied as it is in that
 * moment, with a store nobody has unloaded, and the copy takes its place. Memory stays as SPDK has it: there, nothing but
 * the mark that vouches for its free clusters is missing. Confined to one thread.
 */
public final class KillablePool implements PoolOpener {
    private final SpdkPool options;

    private KillablePool(SpdkPool options) {
        this.options = options;
    }

    /** A pool of so many clusters on a used device; one at a time in a directory. */
    public static KillablePool on(DeviceKind kind, Path directory, int clusters) {
        return new KillablePool(kind.pool(directory, clusters));
    }

    /** The same pool, whose volumes belong together in this way. */
    public KillablePool withPairs(NamePairs pairs) {
        return new KillablePool(options.withPairs(pairs));
    }

    /** The same pool, to be made with clusters of this size; a device has room for fewer of larger ones. */
    public KillablePool withClusterSize(ClusterSize size) {
        return new KillablePool(options.withClusterSize(size));
    }

    @Override
    public StorageEngine open() {
        return SpdkEngine.open(options);
    }

    /** The same engine, but that closing it is a kill. Nothing may be under way then but the clearing of free clusters. */
    public StorageEngine killedAtClose(StorageEngine engine) {
        return new LentEngine(engine, this::kill);
    }

    private void kill(StorageEngine engine) {
        // A file that changes while it is copied would be one that no kill leaves.
        ClearedPool.await(engine);
        if (options.device() instanceof SpdkDevice.Aio file) {
            Path left = file.path().resolveSibling("left");
            copy(file.path(), left);
            engine.close();
            move(left, file.path());
        } else {
            engine.close();
            try (RawPool raw = RawPool.open(options)) {
                raw.unmark();
            }
        }
    }

    /** Waits until nothing is to be cleared, closes the engine in good order, and looks what the free clusters hold. */
    public void closeAndRequireFreeClustersAreZero(StorageEngine engine) {
        ClearedPool.await(engine);
        engine.close();
        try (RawPool raw = RawPool.open(options)) {
            assertThat(raw.store().all())
                    .extracting(Lvol::name)
                    .filteredOn(PrivateName::isPrivate)
                    .containsExactly(PrivateName.CLEAN.single());
            raw.requireFreeClustersAreZero();
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
