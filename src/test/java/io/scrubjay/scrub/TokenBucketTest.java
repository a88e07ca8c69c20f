// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class TokenBucketTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void unlimitedNeverWaits() {
        TokenBucket bucket = new TokenBucket(TokenBucket.UNLIMITED, 0);

        assertThat(bucket.tryTake(Long.MAX_VALUE / 2, 0)).isZero();
        assertThat(bucket.tryTake(Long.MAX_VALUE / 2, 0)).isZero();
    }

    @Test
    void whoTookMoreThanThereWasMakesTheNextWait() {
        TokenBucket bucket = new TokenBucket(1000, 0);

        long first = bucket.tryTake(1100, 0);
        long second = bucket.tryTake(1, 0);

        assertThat(first).isZero();
        // 100 bytes of burst, so 1000 are owed and one is wanted.
        assertThat(second).isEqualTo(SECOND + SECOND / 1000);
        assertThat(bucket.tryTake(1, second)).isZero();
    }

    @Test
    void rateHoldsOverTime() {
        TokenBucket bucket = new TokenBucket(1_000_000, 0);
        long nowNanos = 0;
        long taken = 0;
        while (nowNanos < 100 * SECOND) {
            long waitNanos = bucket.tryTake(1 << 20, nowNanos);
            if (waitNanos == 0) {
                taken += 1 << 20;
            }
            nowNanos += waitNanos;
        }

        assertThat(taken).isBetween(99_000_000L, 102_500_000L);
    }

    @Test
    void idleTimeIsNotSavedUp() {
        TokenBucket bucket = new TokenBucket(1000, 0);

        assertThat(bucket.tryTake(100, 3600 * SECOND)).isZero();
        assertThat(bucket.tryTake(1, 3600 * SECOND)).isPositive();
    }

    @Test
    void chargedBytesAreOwed() {
        TokenBucket bucket = new TokenBucket(1000, 0);

        bucket.charge(5100, 0);

        assertThat(bucket.tryTake(1, 4 * SECOND)).isPositive();
        assertThat(bucket.tryTake(1, 6 * SECOND)).isZero();
    }

    @Test
    void debtIsPaidAtTheNewRate() {
        TokenBucket bucket = new TokenBucket(10, 0);
        bucket.charge(1001, 0);

        bucket.rate(1000, 0);

        assertThat(bucket.tryTake(1, 0)).isEqualTo(SECOND + SECOND / 1000);
    }

    @Test
    void noLimitForgivesTheDebt() {
        TokenBucket bucket = new TokenBucket(1, 0);
        bucket.charge(1 << 30, 0);

        bucket.rate(TokenBucket.UNLIMITED, 0);

        assertThat(bucket.tryTake(1 << 20, 0)).isZero();
    }
}
