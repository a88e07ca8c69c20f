// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.ImageState;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A sender that has to ask somebody else for its bytes: it learns late how many there are, and may have to wait for them. */
class LateLengthTest {
    private static final byte[] BYTES = SparseBytes.full(100_000);

    private final StorageEngine engine = TestPool.open(ClusterSize.parse("64K"), 64L << 20);
    private final AtomicLong nanos = new AtomicLong();
    private final IngestKit kit = new IngestKit(engine, Duration.ofMillis(1), nanos::get);

    @AfterEach
    void close() {
        kit.close();
        engine.close();
    }

    private Ingest begin() {
        Ingest ingest = kit.ingests.begin(IngestKit.order("disk"));
        ingest.timedBySender();
        return ingest;
    }

    private static RefusedException failure(Ingest ingest) {
        return assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Stages.await(ingest.done()))
                .actual();
    }

    @Test
    void theLengthIsShownAndHolds() {
        // Given
        Ingest ingest = begin();
        // When
        ingest.expect(BYTES.length);
        ingest.receive(ByteBuffer.wrap(BYTES));
        ingest.complete();
        // Then
        assertThat(Stages.await(ingest.done()).state()).isInstanceOf(ImageState.Ready.class);
        assertThat(ingest.image().expectedBytes()).isEqualTo(OptionalLong.of(BYTES.length));
        assertThat(kit.stored(ingest.image())).isEqualTo(BYTES);
    }

    @Test
    void anotherLengthIsRefused() {
        // Given
        Ingest ingest = begin();
        // When
        ingest.expect(BYTES.length + 1);
        ingest.receive(ByteBuffer.wrap(BYTES));
        ingest.complete();
        // Then
        assertThat(failure(ingest).refusal()).isEqualTo(Refusal.LENGTH_MISMATCH);
        assertThat(engine.list()).isEmpty();
    }

    @Test
    void aLengthThatIsTooLargeIsRefusedBeforeTheFirstByte() {
        // Given
        Ingest ingest = begin();
        // When, Then
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> ingest.expect(Long.MAX_VALUE))
                .satisfies(why -> {
                    assertThat(why.refusal()).isEqualTo(Refusal.TOO_LARGE);
                    ingest.cut(why);
                });
        assertThat(failure(ingest).refusal()).isEqualTo(Refusal.TOO_LARGE);
    }

    @Test
    void aSenderThatKeepsTheTimeItselfIsNeverSilent() {
        // Given
        Ingest ingest = begin();
        ingest.receive(ByteBuffer.wrap(BYTES, 0, 1000));
        // When
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        ingest.receive(ByteBuffer.wrap(BYTES, 1000, BYTES.length - 1000));
        ingest.complete();
        // Then
        assertThat(Stages.await(ingest.done()).state()).isInstanceOf(ImageState.Ready.class);
    }
}
