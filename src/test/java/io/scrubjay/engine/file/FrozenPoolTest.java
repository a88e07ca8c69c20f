// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A file system that takes no writes for a while: a change waits for it, and nobody waits for the change. */
class FrozenPoolTest {
    private static final VolumeName A = VolumeName.of("a");
    private static final VolumeName S = VolumeName.of("s");
    private static final VolumeName OTHER = VolumeName.of("other");
    private static final VolumeName NEW = VolumeName.of("new");
    private static final int MIB = 1 << 20;
    /** Long enough for a machine that is busy; what waits for the frozen file system waits for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path scratch;

    /** What changes a pool. */
    enum Change {
        CREATE,
        RESIZE,
        CUT,
        SNAPSHOT,
        SEAL,
        CLONE,
        INFLATE,
        RENAME,
        DELETE,
        PROOF
    }

    private static void make(Change change, FileEngine engine) {
        switch (change) {
            case CREATE -> engine.create(NEW, MIB, Provisioning.THIN);
            case RESIZE -> engine.resize(A, 2 * MIB);
            case CUT -> engine.cut(A, MIB / 2);
            case SNAPSHOT -> engine.snapshot(A, NEW);
            case SEAL -> engine.seal(A, NEW);
            case CLONE -> engine.cloneOf(S, NEW);
            case INFLATE -> engine.inflate(A);
            case RENAME -> engine.rename(A, NEW);
            case DELETE -> engine.delete(A);
            case PROOF -> engine.proveWritable();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void whatLooksAtAnotherVolumeDoesNotWaitForAChange(Change change) throws Exception {
        try (MountedFileSystem ext4 = MountedFileSystem.inFile(scratch, 64L * MIB, "mkfs.ext4", "-q");
                FileEngine engine = FileEngine.open(FilePool.at(ext4.path().resolve("pool")))) {
            // Given
            engine.create(A, MIB, Provisioning.THIN);
            engine.create(VolumeName.of("b"), MIB, Provisioning.THIN);
            engine.seal(VolumeName.of("b"), S);
            engine.create(OTHER, MIB, Provisioning.THIN);

            ext4.freeze();
            boolean frozen = true;
            CompletableFuture<Void> changed = new CompletableFuture<>();
            try {
                Thread changer = begin(() -> make(change, engine), changed);
                await().atMost(PATIENCE).until(() -> isInDevice(changer));

                // When
                List<VolumeName> seen = inTime(() -> {
                    try (Volume other = engine.open(OTHER, Access.READ)) {
                        other.read(0, ByteBuffer.allocateDirect(4096))
                                .toCompletableFuture()
                                .get(1, TimeUnit.MINUTES);
                    }
                    assertThat(engine.find(OTHER)).isPresent();
                    engine.allocated(OTHER);
                    return engine.list().stream().map(VolumeSummary::name).toList();
                });

                // Then
                assertThat(seen).contains(OTHER, S);
                assertThat(changed).isNotDone();
                ext4.thaw();
                frozen = false;
                changed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } finally {
                if (frozen) {
                    ext4.thaw();
                }
            }
        }
    }

    private static Thread begin(Runnable change, CompletableFuture<Void> changed) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            begun.countDown();
            try {
                change.run();
                changed.complete(null);
            } catch (RuntimeException | Error failed) {
                changed.completeExceptionally(failed);
            }
        });
        thread.start();
        begun.await();
        return thread;
    }

    /** Whether it is in a system call that does not come back: twice at the same place. */
    private static boolean isInDevice(Thread thread) throws InterruptedException {
        StackTraceElement[] before = thread.getStackTrace();
        Thread.sleep(100);
        return before.length > 0
                && before[0].isNativeMethod()
                && before[0].getClassName().equals(FileNative.class.getName())
                && Arrays.equals(before, thread.getStackTrace());
    }

    private static <T> T inTime(Callable<T> look) throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread looker = new Thread(() -> {
            try {
                outcome.complete(look.call());
            } catch (Exception | Error failed) {
                outcome.completeExceptionally(failed);
            }
        });
        looker.start();
        return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
