// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.flow.Admission.Denial;
import io.scrubjay.flow.Admission.Slot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class AdmissionTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Admission admission = new Admission(2);
    private final ExecutorService others = Executors.newCachedThreadPool();

    /** What the caller throws. */
    private static final class Denied extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Denied(Denial why) {
            super(why.toString());
        }
    }

    @AfterEach
    void end() {
        others.shutdownNow();
    }

    @Test
    void asManyAreAdmittedAsThereAreSlots() {
        // Given
        Slot first = admission.enter(Denied::new);
        Slot second = admission.enter(Denied::new);

        // When
        assertDenied(Denial.FULL);
        first.close();
        Slot third = admission.enter(Denied::new);

        // Then
        assertThat(admission.takenCount()).isEqualTo(2);
        second.close();
        third.close();
        assertThat(admission.takenCount()).isZero();
    }

    @Test
    void aSlotThatIsClosedTwiceIsFreeOnce() {
        // Given
        Slot first = admission.enter(Denied::new);
        Slot second = admission.enter(Denied::new);

        // When
        first.close();
        first.close();

        // Then
        assertThat(admission.takenCount()).isEqualTo(1);
        second.close();
    }

    @Test
    void noSlotsAreNone() {
        assertThatThrownBy(() -> new Admission(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoeverRefusesLetsWhatIsUnderWayEnd() {
        // Given
        Slot slot = admission.enter(Denied::new);

        // When
        admission.refuse();

        // Then
        assertDenied(Denial.REFUSING);
        assertThat(admission.ended()).isNotDone();
        slot.close();
        assertThat(admission.ended()).isCompleted();
    }

    @Test
    void nothingHasEndedBeforeItIsRefused() {
        admission.enter(Denied::new).close();

        assertThat(admission.ended()).isNotDone();
        admission.refuse();
        assertThat(admission.ended()).isCompleted();
    }

    @Test
    void aFullHouseIsNotToldFromARefusingOneByChance() {
        Slot first = admission.enter(Denied::new);
        Slot second = admission.enter(Denied::new);
        admission.refuse();

        assertDenied(Denial.REFUSING);
        first.close();
        second.close();
    }

    @Test
    void workIsUnderWayUntilWhoeverWaitsForItHears() {
        // Given
        CompletableFuture<String> done = new CompletableFuture<>();
        Slot slot = admission.enter(Denied::new);
        slot.endsWith(done);
        admission.refuse();

        // When
        slot.close();

        // Then
        assertThat(admission.takenCount()).isZero();
        assertThat(admission.ended()).isNotDone();
        done.completeExceptionally(new IllegalStateException("it failed"));
        assertThat(admission.ended()).isCompleted();
    }

    @Test
    void workThatIsDoneIsUnderWayUntilItsSlotIsClosed() {
        // Given
        Slot slot = admission.enter(Denied::new);
        slot.endsWith(CompletableFuture.completedFuture("done"));

        // When
        admission.refuse();

        // Then
        assertThat(admission.ended()).isNotDone();
        slot.close();
        assertThat(admission.ended()).isCompleted();
    }

    @Test
    void whatIsUnderWayIsStoppedInItsOwnWay() {
        // Given
        List<String> stopped = new ArrayList<>();
        Slot first = admission.enter(Denied::new);
        first.stopBy(() -> stopped.add("first"));
        Slot ended = admission.enter(Denied::new);
        ended.stopBy(() -> stopped.add("ended"));
        ended.close();
        Slot second = admission.enter(Denied::new);

        // When
        admission.stop();
        second.stopBy(() -> stopped.add("second, which had not begun"));

        // Then
        assertThat(stopped).containsExactly("first", "second, which had not begun");
        assertDenied(Denial.REFUSING);
        assertThat(admission.ended()).isNotDone();
        first.close();
        second.close();
        assertThat(admission.ended()).isCompleted();
    }

    @Test
    void aStopMayEndTheWorkAtOnce() {
        Slot slot = admission.enter(Denied::new);
        slot.stopBy(slot::close);

        admission.stop();

        assertThat(admission.endsWithin(Duration.ZERO)).isTrue();
    }

    @Test
    void patienceIsRewardedWithTheNextFreeSlot() throws Exception {
        // Given
        Slot first = admission.enter(Denied::new);
        Slot second = admission.enter(Denied::new);
        Future<Slot> waiting = others.submit(() -> admission.enter(LONG, Denied::new));

        // When
        first.close();

        // Then
        Slot third = waiting.get();
        assertThat(admission.takenCount()).isEqualTo(2);
        second.close();
        third.close();
    }

    @Test
    void whoeverWaitsForASlotIsToldOfARefusalAtOnce() {
        // Given
        Slot first = admission.enter(Denied::new);
        Slot second = admission.enter(Denied::new);
        CompletableFuture<Slot> waiting =
                CompletableFuture.supplyAsync(() -> admission.enter(LONG, Denied::new), others);

        // When
        admission.refuse();

        // Then
        await().until(waiting::isCompletedExceptionally);
        assertThatThrownBy(waiting::join).hasRootCauseMessage(Denial.REFUSING.toString());
        first.close();
        second.close();
    }

    @Test
    void anInterruptEndsTheWaitForASlot() throws InterruptedException {
        // Given
        Slot first = admission.enter(Denied::new);
        Slot second = admission.enter(Denied::new);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                admission.enter(LONG, Denied::new).close();
            } catch (Denied full) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        waiting.start();

        // When
        waiting.interrupt();
        waiting.join();

        // Then
        assertThat(interrupted).isCompletedWithValue(true);
        first.close();
        second.close();
    }

    @Test
    void whatIsUnderWayIsNotWaitedForLongerThanPatience() {
        Slot slot = admission.enter(Denied::new);
        admission.refuse();

        assertThat(admission.endsWithin(Duration.ZERO)).isFalse();
        slot.close();
        assertThat(admission.endsWithin(LONG)).isTrue();
    }

    @Test
    void noMoreThanTheSlotsAreEverTakenAndNobodyIsMissedAtTheEnd() throws Exception {
        // Given
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(100);
        List<Future<?>> workers = new ArrayList<>();
        for (int worker = 0; worker < 6; worker++) {
            workers.add(others.submit(() -> {
                try {
                    while (true) {
                        Slot slot = admission.enter(LONG, Denied::new);
                        CompletableFuture<Void> work = new CompletableFuture<>();
                        slot.endsWith(work);
                        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        begun.countDown();
                        atOnce.decrementAndGet();
                        slot.close();
                        done.incrementAndGet();
                        work.complete(null);
                    }
                } catch (Denied refused) {
                    begun.countDown();
                }
            }));
        }
        begun.await();

        // When
        admission.refuse();
        admission.ended().join();
        int doneAtTheEnd = done.get();

        // Then
        for (Future<?> worker : workers) {
            worker.get();
        }
        assertThat(done).hasValue(doneAtTheEnd);
        assertThat(most.get()).isLessThanOrEqualTo(2);
        assertThat(admission.takenCount()).isZero();
    }

    private void assertDenied(Denial why) {
        assertThatThrownBy(() -> admission.enter(Denied::new)).hasMessage(why.toString());
    }
}
