// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.LentEngine;
import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One pool for all tests of a class, lent to each of them empty: making one takes longer than most tests. What a test
 * deletes is what the next one finds in its clusters, if it is not cleared. Made when it is needed first, on a device full
 * of stale bytes, and given up behind the last test. Confined to one thread.
 */
public final class SharedPool implements AfterAllCallback {
    private final Function<Path, SpdkPool> maker;
    private Optional<Path> directory = Optional.empty();
    private Optional<SpdkPool> options = Optional.empty();
    private Optional<SpdkEngine> engine = Optional.empty();

    private SharedPool(Function<Path, SpdkPool> maker) {
        this.maker = maker;
    }

    /** A pool of so many clusters of 1 MiB. */
    public static SharedPool on(DeviceKind kind, int clusters) {
        return new SharedPool(directory -> kind.pool(directory, clusters));
    }

    /** A pool whose device is made in an empty directory, as {@link TestDevice#make} does it. */
    static SharedPool of(Function<Path, SpdkPool> maker) {
        return new SharedPool(maker);
    }

    /** The empty pool, which stays open; closing it deletes all volumes there are, and fails when space is missing then. */
    public StorageEngine lend() {
        if (engine.isEmpty()) {
            engine = Optional.of(SpdkEngine.open(made()));
        }
        return new LentEngine(engine.get(), this::empty);
    }

    /** The pool for tests that open and close it themselves: emptied when it is opened first. */
    public PoolOpener opener() {
        return new PoolOpener() {
            private boolean emptied;

            @Override
            public StorageEngine open() {
                SpdkEngine opened = SpdkEngine.open(made());
                if (!emptied) {
                    emptied = true;
                    empty(opened);
                }
                return opened;
            }
        };
    }

    private SpdkPool made() {
        if (options.isEmpty()) {
            directory = Optional.of(newDirectory());
            options = Optional.of(maker.apply(directory.get()));
        }
        return options.get();
    }

    private void empty(StorageEngine used) {
        try {
            while (!used.list().isEmpty()) {
                used.delete(childless(used));
            }
            ClearedPool.await(used);
            assertThat(used.usage().usedBytes())
                    .as("bytes in use when all volumes are deleted")
                    .isZero();
        } catch (RuntimeException | Error failed) {
            // The next test gets another one.
            used.close();
            close();
            throw failed;
        }
    }

    private static VolumeName childless(StorageEngine used) {
        List<VolumeSummary> volumes = used.list();
        return volumes.stream()
                .map(VolumeSummary::name)
                .filter(name -> volumes.stream()
                        .noneMatch(
                                volume -> volume.parent().filter(name::equals).isPresent()))
                .findFirst()
                .orElseThrow();
    }

    /** Gives it up. */
    public void close() {
        engine.ifPresent(SpdkEngine::close);
        engine = Optional.empty();
        options = Optional.empty();
        directory.ifPresent(SharedPool::remove);
        directory = Optional.empty();
        // SPDK keeps the store on a device in memory loaded, under the name that tests give to every store.
        TestDevice.giveMemoryBack();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("scrubjay-pool-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void remove(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(TestDevice.FILE_NAME));
            Files.delete(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
