// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DecodingThreadTest {
    private final StartedThreads threads = new StartedThreads();
    private final List<Integer> decoded = new ArrayList<>();

    @AfterEach
    void join() {
        threads.join();
    }

    private static void nothing(ByteBuffer decoded) {
        throw new AssertionError("nothing is decoded, but " + decoded + " was");
    }

    private void note(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            decoded.add((int) bytes.get());
        }
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }

    /** Gives each byte twice, and a last one at the end. */
    private DecodingThread doubling() {
        return new DecodingThread(threads, (input, output) -> {
            int next = input.read();
            while (next >= 0) {
                output.take(bytes(next));
                output.take(bytes(next));
                next = input.read();
            }
            output.take(bytes(99));
        });
    }

    @Test
    void outputComesInTheCallOfItsInput() {
        try (DecodingThread thread = doubling()) {
            // When
            assertThat(thread.push(bytes(1, 2), this::note)).isEmpty();
            List<Integer> early = List.copyOf(decoded);
            assertThat(thread.push(bytes(), this::note)).isEmpty();
            assertThat(thread.push(bytes(3), this::note)).isEmpty();
            assertThat(thread.finish(this::note)).isEmpty();

            // Then
            assertThat(early).containsExactly(1, 1, 2, 2);
            assertThat(decoded).containsExactly(1, 1, 2, 2, 3, 3, 99);
            assertThat(thread.inputBytes()).isEqualTo(3);
        }
    }

    @Test
    void decoderWhoseOutputIsRefusedEndsWithItsThread() {
        // Given
        DecodingThread thread = doubling();
        IllegalStateException full = new IllegalStateException("full");

        // When
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> thread.push(bytes(1), piece -> {
                    throw full;
                }))
                .isSameAs(full);

        // Then
        thread.close();
        thread.close();
        threads.join();
    }

    @Test
    void decoderThatWaitsForInputEndsWithItsThread() {
        // Given
        DecodingThread thread = doubling();
        assertThat(thread.push(bytes(), DecodingThreadTest::nothing)).isEmpty();

        // When
        thread.close();

        // Then
        threads.join();
        assertThat(threads.count()).isEqualTo(1);
    }

    @Test
    void failureReachesTheCallThatCausedIt() {
        // Given
        IOException wrong = new IOException("wrong");
        try (DecodingThread thread = new DecodingThread(threads, (input, output) -> {
            assertThat(input.read()).isEqualTo(1);
            assertThat(input.read()).isEqualTo(2);
            throw wrong;
        })) {
            // When
            assertThat(thread.push(bytes(1), DecodingThreadTest::nothing)).isEmpty();

            // Then
            assertThat(thread.push(bytes(2, 3), DecodingThreadTest::nothing)).containsSame(wrong);
            assertThat(thread.push(bytes(4), DecodingThreadTest::nothing)).containsSame(wrong);
        }
    }

    @Test
    void interruptOfTheCallerChangesNothing() {
        try (DecodingThread thread = doubling()) {
            // Given
            Thread.currentThread().interrupt();

            // When
            assertThat(thread.push(bytes(1), this::note)).isEmpty();

            // Then
            assertThat(Thread.interrupted()).isTrue();
            assertThat(decoded).containsExactly(1, 1);
        }
    }

    @Test
    void callerWithoutAThreadIsToldSo() {
        // Given
        DecodingThread thread = new DecodingThread(
                task -> {
                    throw new RejectedExecutionException("none left");
                },
                (input, output) -> {});

        // When
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> thread.push(bytes(1), DecodingThreadTest::nothing));

        // Then
        thread.close();
    }
}
