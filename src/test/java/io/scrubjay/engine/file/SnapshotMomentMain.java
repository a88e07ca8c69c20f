// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A program that writes to a volume while a snapshot of it is half copied: {@code SnapshotMomentMain <pool> <control>}. It
 * runs below {@code pool-calls.so}.
 */
final class SnapshotMomentMain {
    private static final VolumeName V = VolumeName.of("v");
    private static final VolumeName S = VolumeName.of("s");
    private static final int PIECE = BounceBuffer.CAPACITY_BYTES;
    private static final int BLOCK = 4096;

    private SnapshotMomentMain() {}

    public static void main(String[] arguments) throws IOException {
        Path control = Path.of(arguments[1]);
        // One I/O thread: what is submitted first has ended first.
        FilePool pool = FilePool.at(Path.of(arguments[0])).withIoThreads(1);
        try (FileEngine engine = FileEngine.open(pool)) {
            // Given a snapshot that has copied the first piece of two, and waits for the second
            byte[] old = AwaitedVolume.pattern(1, 2 * PIECE);
            engine.create(V, old.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
                volume.write(0, old).flush();
            }
            try (Volume volume = engine.open(V, Access.WRITE)) {
                order(control, "1 hold pread 2 volumes/v/data");
                CompletableFuture<VolumeSummary> snapshot = CompletableFuture.supplyAsync(() -> engine.snapshot(V, S));
                await().atMost(2, TimeUnit.MINUTES).until(() -> isHeld(control, snapshot));

                // When a writer writes to the first piece, and then to the second
                CompletionStage<Void> low = volume.write(0, AlignedBuffer.allocate(BLOCK));
                CompletionStage<Void> high = volume.write(PIECE, AlignedBuffer.allocate(BLOCK));
                // Has whatever was submitted before it end, unless it is held off.
                Stages.await(volume.read(BLOCK, AlignedBuffer.allocate(BLOCK)));
                order(control, "2 pass");
                snapshot.join();
                Stages.await(low);
                Stages.await(high);

                // Then the snapshot has the second only if it has the first
                ByteBuffer copied;
                try (AwaitedVolume taken = AwaitedVolume.open(engine, "s", Access.VERIFY)) {
                    copied = ByteBuffer.wrap(taken.readAll());
                }
                boolean hasFirst = isZero(copied, 0);
                boolean hasSecond = isZero(copied, PIECE);
                assertThat(hasFirst || !hasSecond)
                        .as("the snapshot has the first write: %s, the second: %s", hasFirst, hasSecond)
                        .isTrue();
            }
        }
    }

    private static boolean isHeld(Path control, CompletableFuture<VolumeSummary> snapshot) {
        assertThat(snapshot).as("a snapshot that is to be held").isNotDone();
        return Files.exists(control.resolve("held"));
    }

    private static boolean isZero(ByteBuffer bytes, int at) {
        return bytes.slice(at, BLOCK).equals(ByteBuffer.allocate(BLOCK));
    }

    private static void order(Path control, String text) throws IOException {
        Path fresh = Files.writeString(control.resolve("order~"), text);
        Files.move(fresh, control.resolve("order"), StandardCopyOption.ATOMIC_MOVE);
    }
}
