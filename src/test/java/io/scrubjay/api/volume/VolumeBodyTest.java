// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import io.scrubjay.api.body.UploadBody;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.PausingEngine;
import io.scrubjay.engine.PausingEngine.Moment;
import io.scrubjay.engine.PausingEngine.Pause;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.volume.VolumeLimits;
import io.scrubjay.volume.VolumeWrite;
import io.scrubjay.volume.VolumeWrites;
import io.scrubjay.volume.Volumes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How long the sender of a write to a volume may be silent, and when it is not its silence. */
class VolumeBodyTest {
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final int LENGTH = 24 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final PausingEngine engine = new PausingEngine(TestPool.open(ClusterSize.parse("64K"), 64L << 20));
    private final VolumeLimits limits = new VolumeLimits(ByteSize.parse("1G"), 1, 2, Duration.ofSeconds(10));
    private final Volumes volumes = new Volumes(engine, new ImageCatalog(), limits, InstantSource.system());
    private final VolumeWrites writes = new VolumeWrites(engine, limits);
    private final ByteBuffer bytes = ByteBuffer.allocate(LENGTH);

    @AfterEach
    void close() {
        engine.close();
        writes.close();
        volumes.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aSenderThatWeHoldBackIsNotCut() throws Exception {
        // Given
        Pause stopped = engine.pause(EngineCall.WRITE, name -> name.value().startsWith("volume-"), Moment.BEFORE);
        VolumeWrite write = begin();
        VolumeBody body = onLoop(() -> {
            VolumeBody watched = new VolumeBody(write, loop, IDLE).watched();
            send(watched);
            return watched;
        });
        stopped.awaitReached();
        // When
        long start = System.nanoTime();
        await().atMost(Duration.ofMinutes(1)).until(() -> System.nanoTime() - start > 4 * IDLE.toNanos());
        stopped.goOn();
        // Then
        assertThat(write.done().toCompletableFuture().orTimeout(1, TimeUnit.MINUTES))
                .succeedsWithin(Duration.ofMinutes(1));
        assertThat(body.receivedBytes()).isEqualTo(LENGTH);
    }

    @Test
    void aSenderThatIsSilentAfterItWasHeldBackIsCut() throws Exception {
        // Given
        VolumeWrite write = begin();
        // When
        VolumeBody body = onLoop(() -> {
            VolumeBody watched = new VolumeBody(write, loop, IDLE).watched();
            bytes.limit(LENGTH - 1);
            send(watched);
            return watched;
        });
        // Then
        assertThat(catchFailure(write).refusal()).isEqualTo(Refusal.UPLOAD_IDLE);
        assertThat(body.receivedBytes()).isEqualTo(LENGTH - 1);
    }

    @Test
    void aSilentSenderIsCutAfterOneTimeOut() throws Exception {
        // Given
        VolumeWrite write = begin();
        // When: timers of one loop come in order, however late
        onLoop(() -> {
            VolumeBody body = new VolumeBody(write, loop, IDLE).watched();
            return loop.owner()
                    .setTimer(
                            IDLE.toMillis() * 3 / 2,
                            now -> body.cut(
                                    new RefusedException(Refusal.UPLOAD_CUT, "one and a half time-outs are over")));
        });
        // Then
        assertThat(catchFailure(write).refusal()).isEqualTo(Refusal.UPLOAD_IDLE);
    }

    private static RefusedException catchFailure(VolumeWrite write) {
        CompletableFuture<Throwable> failure =
                write.done().handle((done, why) -> why).toCompletableFuture().orTimeout(1, TimeUnit.MINUTES);
        return (RefusedException) Stages.unwrapped(failure.join());
    }

    private VolumeWrite begin() {
        return writes.begin(
                volumes.create(ResourceName.parse("volume"), LENGTH, Provisioning.THIN), new ByteRange(0, LENGTH));
    }

    /** Sends all bytes, as there is room for them, as {@link UploadBody} does; on the loop. */
    private void send(VolumeBody body) {
        body.receive(bytes);
        if (bytes.hasRemaining()) {
            CompletableFuture<Void> unused = body.room().thenRun(() -> loop.runOnContext(now -> send(body)));
        } else if (bytes.limit() == LENGTH) {
            body.complete();
        }
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.runOnContext(now -> {
            try {
                result.complete(work.call());
            } catch (Exception failure) {
                result.completeExceptionally(failure);
            }
        });
        return result.get(1, TimeUnit.MINUTES);
    }
}
