// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/** What becomes of a snapshot's deletion that begins while a clone of it is made. */
@Timeout(60)
class DuringCloneTest {
    private static final VolumeName SNAPSHOT = VolumeName.of("s");
    private static final VolumeName FIRST = VolumeName.of("first");
    private static final VolumeName SECOND = VolumeName.of("second");

    /** Does something before the next volume is built. */
    private static final class WatchedFiles extends DurableFiles {
        private Runnable next = () -> {};

        WatchedFiles(PoolSpace space) {
            super(space);
        }

        @Override
        void makeDirectory(Path directory) {
            Runnable now = next;
            next = () -> {};
            now.run();
            super.makeDirectory(directory);
        }
    }

    @Test
    void itWaitsAndThenSeesTheClone(@TempDir Path directory) throws InterruptedException {
        // Given a snapshot that has a clone, so that a second one keeps it from being deleted
        AtomicReference<WatchedFiles> files = new AtomicReference<>();
        try (FileEngine engine = FileEngine.open(FilePool.at(directory), space -> {
            files.set(new WatchedFiles(space));
            return files.get();
        })) {
            engine.create(VolumeName.of("v"), 1, Provisioning.THIN);
            engine.seal(VolumeName.of("v"), SNAPSHOT);
            engine.cloneOf(SNAPSHOT, FIRST);
            AtomicReference<Throwable> refused = new AtomicReference<>();
            Thread deletion = new Thread(() -> refused.set(catchThrowable(() -> engine.delete(SNAPSHOT))));
            files.get().next = () -> {
                deletion.start();
                await().atMost(30, TimeUnit.SECONDS)
                        .until(() -> deletion.getState() == Thread.State.WAITING || !deletion.isAlive());
            };

            // When
            engine.cloneOf(SNAPSHOT, SECOND);
            deletion.join();

            // Then
            assertThat(refused.get())
                    .isInstanceOfSatisfying(
                            EngineException.VolumeInUse.class,
                            inUse -> assertThat(inUse.children()).containsExactlyInAnyOrder(FIRST, SECOND));
            assertThat(engine.find(SECOND).orElseThrow().parent()).contains(SNAPSHOT);
        }
    }
}
