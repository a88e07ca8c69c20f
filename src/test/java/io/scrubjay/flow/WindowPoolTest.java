// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

/** The bound on everybody's memory. */
class WindowPoolTest {
    private final WindowPool pool = new WindowPool(1 << 20, 2);

    @Test
    void thereAreNoMoreWindowsThanTheBound() {
        Window first = pool.tryTake().orElseThrow();
        assertThat(pool.tryTake()).isPresent();

        assertThat(pool.tryTake()).isEmpty();
        assertThat(pool.windowsInUse()).isEqualTo(2);

        first.release();
        assertThat(pool.tryTake()).contains(first);
    }

    @Test
    void whoWaitsFirstIsServedFirst() {
        Window one = pool.tryTake().orElseThrow();
        Window other = pool.tryTake().orElseThrow();
        CompletableFuture<Window> early = pool.take();
        CompletableFuture<Window> late = pool.take();

        one.release();
        assertThat(early).isCompletedWithValue(one);
        assertThat(late).isNotDone();

        other.release();
        assertThat(late).isCompletedWithValue(other);
    }

    @Test
    void nobodyOvertakesThoseWhoWait() {
        Window one = pool.tryTake().orElseThrow();
        assertThat(pool.tryTake()).isPresent();
        CompletableFuture<Window> waiting = pool.take();

        one.release();

        assertThat(waiting).isCompleted();
        assertThat(pool.tryTake()).isEmpty();
    }

    @Test
    void whoLeavesTheLineIsPassedOver() {
        Window one = pool.tryTake().orElseThrow();
        assertThat(pool.tryTake()).isPresent();
        CompletableFuture<Window> gone = pool.take();
        CompletableFuture<Window> waiting = pool.take();
        gone.cancel(false);

        one.release();

        assertThat(waiting).isCompletedWithValue(one);
        one.release();
        assertThat(pool.windowsInUse()).isEqualTo(1);
    }

    @Test
    void aWindowIsFreeWhenItsLastHolderLetsGo() {
        List<String> told = new ArrayList<>();
        Window window = pool.tryTake().orElseThrow();
        window.whenFree(() -> told.add("free"));
        window.retain(1);

        window.release();
        assertThat(told).isEmpty();
        assertThat(pool.windowsInUse()).isEqualTo(1);

        window.release();
        assertThat(told).containsExactly("free");
        assertThat(pool.windowsInUse()).isZero();
    }

    private static EngineException.DeviceStalled stalled(CompletableFuture<Void> bufferFree) {
        return new EngineException.DeviceStalled("read", Duration.ofSeconds(60), bufferFree);
    }

    @Test
    void callThatStallsKeepsItsWindowUntilItEnds() {
        // Given
        Window window = pool.tryTake().orElseThrow();
        CompletableFuture<Void> bufferFree = new CompletableFuture<>();
        CompletableFuture<Void> lent = window.lentTo(CompletableFuture.failedFuture(stalled(bufferFree)));
        window.release();
        assertThat(lent).isCompletedExceptionally();
        assertThat(pool.windowsInUse()).isEqualTo(1);
        // When
        bufferFree.complete(null);
        // Then
        assertThat(pool.windowsInUse()).isZero();
    }

    @Test
    void windowOfSeveralCallsThatStallIsFreeWhenTheLastOneEnds() {
        // Given
        Window window = pool.tryTake().orElseThrow();
        CompletableFuture<Void> one = new CompletableFuture<>();
        CompletableFuture<Void> other = new CompletableFuture<>();
        CompletableFuture<Void> lent = window.lentTo(CompletableFuture.failedFuture(stalled(one)));
        CompletableFuture<Void> lentAgain = window.lentTo(CompletableFuture.failedFuture(stalled(other)));
        window.release();
        assertThat(lent).isCompletedExceptionally();
        assertThat(lentAgain).isCompletedExceptionally();
        // When
        other.complete(null);
        assertThat(pool.windowsInUse()).isEqualTo(1);
        one.complete(null);
        // Then
        assertThat(pool.windowsInUse()).isZero();
    }

    @Test
    void callThatWasNotBegunKeepsNoWindow() {
        // Given
        Window window = pool.tryTake().orElseThrow();
        CompletableFuture<Void> lent = window.lentTo(CompletableFuture.failedFuture(
                new EngineException.DeviceStalled("an earlier read", Duration.ofSeconds(60))));
        // When
        window.release();
        // Then
        assertThat(lent).isCompletedExceptionally();
        assertThat(pool.windowsInUse()).isZero();
    }

    @Test
    void windowThatIsReleasedWhileTheDeviceUsesItStaysTaken() {
        // Given
        Window window = pool.tryTake().orElseThrow();
        CompletableFuture<Void> write = new CompletableFuture<>();
        CompletableFuture<Void> lent = window.lentTo(write);
        window.release();
        assertThat(pool.windowsInUse()).isEqualTo(1);
        // When
        write.complete(null);
        // Then
        assertThat(lent).isCompleted();
        assertThat(pool.windowsInUse()).isZero();
    }

    @Test
    void aFailedDeviceGivesItsWindowBack() {
        Window window = pool.tryTake().orElseThrow();
        CompletableFuture<Void> read = new CompletableFuture<>();
        CompletableFuture<Void> lent = window.lentTo(read);

        read.completeExceptionally(new EngineException.DeviceFailed("read", 5));
        window.release();

        assertThat(lent).isCompletedExceptionally();
        assertThat(pool.windowsInUse()).isZero();
    }

    @Test
    void aWindowHoldsAChunkAndACluster() {
        assertThat(WindowPool.windowBytesFor(ClusterSize.parse("64K"))).isEqualTo(1 << 20);
        assertThat(WindowPool.windowBytesFor(ClusterSize.parse("4M"))).isEqualTo(4 << 20);
    }
}
