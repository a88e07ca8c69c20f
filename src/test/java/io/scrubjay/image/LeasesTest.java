// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

@Timeout(120)
class LeasesTest {
    private static final Duration FOR_EVER = Duration.ofMinutes(10);
    private static final Duration AT_ONCE = Duration.ZERO;

    private final Leases<String> leases = new Leases<>("disk");
    private final ExecutorService others = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        others.shutdownNow();
    }

    @Test
    void aLeaseSaysWhatItIsOf() {
        try (Lease<String> lease = leases.begin().orElseThrow()) {
            assertThat(lease.leased()).isEqualTo("disk");
            assertThat(lease.isAskedBack()).isFalse();
        }
    }

    @Test
    void aLeaseThatIsClosedTwiceEndsOnce() {
        // Given
        Lease<String> one = leases.begin().orElseThrow();
        Lease<String> other = leases.begin().orElseThrow();

        // When
        one.close();
        one.close();

        // Then
        assertThat(leases.count()).isEqualTo(1);
        other.close();
        assertThat(leases.count()).isZero();
    }

    @Test
    void whatIsRetiredGivesNoLeaseUntilThatIsTakenBack() throws InterruptedException {
        // Given
        boolean retired = leases.retire(AT_ONCE);

        // When
        Optional<Lease<String>> refused = leases.begin();
        leases.unretire();

        // Then
        assertThat(retired).isTrue();
        assertThat(refused).isEmpty();
        assertThat(leases.begin()).isPresent();
    }

    @Test
    void whatIsRetiredIsNotRetiredAgain() throws InterruptedException {
        boolean first = leases.retire(AT_ONCE);
        boolean second = leases.retire(AT_ONCE);

        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(leases.begin()).as("the first still holds").isEmpty();
    }

    @Test
    void whatIsInUseWhenPatienceEndsGoesOnAsBefore() throws InterruptedException {
        // Given
        Lease<String> lease = leases.begin().orElseThrow();

        // When
        boolean retired = leases.retire(AT_ONCE);

        // Then
        assertThat(retired).isFalse();
        assertThat(lease.isAskedBack()).isFalse();
        assertThat(leases.begin()).isPresent();
    }

    @Test
    void theEndOfTheLastLeaseEndsTheWait() throws Exception {
        // Given
        Lease<String> one = leases.begin().orElseThrow();
        Lease<String> other = leases.begin().orElseThrow();
        Future<Boolean> retired = others.submit(() -> leases.retire(FOR_EVER));
        Awaitility.await().until(one::isAskedBack);

        // When
        one.close();
        boolean endedEarly = retired.isDone();
        other.close();

        // Then
        assertThat(endedEarly).isFalse();
        assertThat(retired.get()).isTrue();
        assertThat(leases.begin()).isEmpty();
    }

    @Test
    void anInterruptedWaitLeavesAllAsBefore() throws InterruptedException {
        // Given
        Lease<String> lease = leases.begin().orElseThrow();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread deleting = new Thread(() -> thrown.set(catchThrowable(() -> leases.retire(FOR_EVER))));
        deleting.start();
        Awaitility.await().until(lease::isAskedBack);

        // When
        deleting.interrupt();
        deleting.join();

        // Then
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(leases.isRetiring()).isFalse();
        assertThat(leases.begin()).isPresent();
    }

    @Test
    void nobodyUsesWhatIsRetiredHoweverManyWantTo() throws Exception {
        // Given
        AtomicBoolean deleted = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(4);
        List<Future<Boolean>> users = new ArrayList<>();
        for (int user = 0; user < 4; user++) {
            users.add(others.submit(() -> {
                boolean sawItDeleted = false;
                while (!over.get()) {
                    try (Lease<String> lease = leases.begin().orElse(null)) {
                        sawItDeleted |= lease != null && deleted.get();
                    }
                    begun.countDown();
                }
                return sawItDeleted;
            }));
        }
        begun.await();

        // When
        for (int round = 0; round < 200; round++) {
            boolean retired = leases.retire(FOR_EVER);
            assertThat(retired).isTrue();
            deleted.set(true);
            assertThat(leases.count()).isZero();
            deleted.set(false);
            leases.unretire();
        }
        over.set(true);

        // Then
        for (Future<Boolean> user : users) {
            assertThat(user.get()).as("used what was deleted").isFalse();
        }
        assertThat(leases.count()).isZero();
    }
}
