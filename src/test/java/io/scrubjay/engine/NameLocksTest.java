// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class NameLocksTest {
    private static final VolumeName A = VolumeName.of("a");
    private static final VolumeName B = VolumeName.of("b");
    private static final VolumeName C = VolumeName.of("c");

    private final NameLocks names = new NameLocks();
    private int unguarded;

    @Test
    void changesOfOneNameRunOneAfterTheOtherInWhateverOrderNamesAreGiven() {
        // Given calls that would lose counts, or wait for each other for ever
        int rounds = 2000;
        List<CompletableFuture<Void>> calls = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < rounds; i++) {
                        if (thread % 2 == 0) {
                            names.changing(A, B, this::count);
                        } else {
                            names.changing(B, A, this::count);
                        }
                    }
                }))
                .toList();

        // When
        calls.forEach(CompletableFuture::join);

        // Then
        assertThat(unguarded).isEqualTo(4 * rounds);
    }

    @Test
    void otherNamesAreNotHeldUp() {
        String inner = names.changing(
                A,
                () -> CompletableFuture.supplyAsync(() -> names.changing(B, C, () -> "ran"))
                        .join());
        assertThat(inner).isEqualTo("ran");
    }

    @Test
    void oneNameIsUsedByManyAtOnce() {
        CountDownLatch both = new CountDownLatch(2);
        List<CompletableFuture<Boolean>> uses = List.of(B, C).stream()
                .map(changed -> CompletableFuture.supplyAsync(() -> names.usingAndChanging(A, changed, () -> {
                    both.countDown();
                    return arrived(both);
                })))
                .toList();

        assertThat(uses).allMatch(CompletableFuture::join);
    }

    @Test
    void oneNameTwiceIsOneName() {
        assertThat(names.changing(A, A, () -> 1)).isEqualTo(1);
        assertThat(names.usingAndChanging(A, A, () -> 1)).isEqualTo(1);
    }

    private int count() {
        return ++unguarded;
    }

    private static boolean arrived(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
