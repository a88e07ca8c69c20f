// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.PausingEngine;
import io.scrubjay.engine.PausingEngine.Moment;
import io.scrubjay.engine.PausingEngine.Pause;
import io.scrubjay.engine.Stages;
import io.scrubjay.image.ImageState;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** A sender has to wait for a device that is busy for longer than a sender may be silent. */
class HeldBackSenderTest {
    /** The coordinator looks at the clock this often by itself. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private static final byte[] BYTES = SparseBytes.full(24 << 20);

    private final PausingEngine engine = new PausingEngine(TestPool.open(ClusterSize.parse("64K"), 64L << 20));
    private final AtomicLong nanos = new AtomicLong();
    private final IngestKit kit = new IngestKit(engine, IDLE, nanos::get);

    @AfterEach
    void close() {
        engine.close();
        kit.close();
    }

    @Test
    void aSenderThatWeHoldBackIsNotSilent() {
        // Given
        Pause write = writesStop();
        Ingest ingest = kit.ingests.begin(IngestKit.order("disk"));
        ByteBuffer bytes = ByteBuffer.wrap(BYTES);
        // When
        holdBack(ingest, bytes);
        write.awaitReached();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        letTheCoordinatorLook();
        write.goOn();
        // Then
        while (bytes.hasRemaining()) {
            CompletableFuture.anyOf(ingest.room(), ended(ingest)).join();
            ingest.receive(bytes);
            assertThat(ended(ingest)).isNotDone();
        }
        ingest.complete();
        assertThat(Stages.await(ingest.done()).state()).isInstanceOf(ImageState.Ready.class);
        assertThat(kit.stored(ingest.image())).isEqualTo(BYTES);
    }

    @Test
    void aSenderThatIsSilentAfterItWasHeldBackIsCut() {
        // Given
        Pause write = writesStop();
        Ingest ingest = kit.ingests.begin(IngestKit.order("disk"));
        ByteBuffer bytes = ByteBuffer.wrap(BYTES);
        holdBack(ingest, bytes);
        write.awaitReached();
        write.goOn();
        // When
        ingest.room().join();
        ingest.receive(bytes.slice(bytes.position(), 1));
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        // Then
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(
                        () -> Stages.await(ingest.done().toCompletableFuture().orTimeout(1, TimeUnit.MINUTES)))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UPLOAD_IDLE));
        ingest.cut(new RefusedException(Refusal.CANCELLED, "noticed"));
        assertThat(engine.list()).isEmpty();
    }

    private Pause writesStop() {
        return engine.pause(EngineCall.WRITE, name -> name.value().startsWith("head-"), Moment.BEFORE);
    }

    /** Sends until no more is taken. */
    private static void holdBack(Ingest ingest, ByteBuffer bytes) {
        int before = -1;
        while (bytes.position() > before) {
            before = bytes.position();
            ingest.receive(bytes);
        }
        assertThat(bytes.hasRemaining()).isTrue();
        CompletableFuture<Void> unused = ingest.room();
    }

    private static CompletableFuture<Void> ended(Ingest ingest) {
        return ingest.done().toCompletableFuture().handle((image, failure) -> null);
    }

    private static void letTheCoordinatorLook() {
        long start = System.nanoTime();
        await().atMost(Duration.ofMinutes(1)).until(() -> System.nanoTime() - start > 2 * IDLE.toNanos());
    }
}
