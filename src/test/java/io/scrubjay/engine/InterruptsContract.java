// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.assertj.core.api.Assertions.assertThat;

/** Threads that somebody interrupts: what they call is done as ever, and who called still sees that it was interrupted. */
public interface InterruptsContract extends PoolUnderTest {
    @Test
    default void anInterruptBeforeACallChangesNothing() {
        doEverything(call -> {
            Thread.currentThread().interrupt();
            try {
                call.run();
            } finally {
                assertThat(Thread.interrupted()).as("still interrupted").isTrue();
            }
        });

        requireEverythingDone();
    }

    @Test
    default void interruptsDuringCallsChangeNothing() {
        Thread caller = Thread.currentThread();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> interrupting = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                caller.interrupt();
                Thread.onSpinWait();
            }
        });
        try {
            doEverything(Runnable::run);
        } finally {
            done.set(true);
            Stages.await(interrupting);
            Thread.interrupted();
        }

        requireEverythingDone();
    }

    /** How a call is made. */
    @FunctionalInterface
    interface Calling {
        void make(Runnable call);
    }

    private static VolumeName name(String text) {
        return VolumeName.of(text);
    }

    private void doEverything(Calling calling) {
        calling.make(() -> thin("a", 2));
        calling.make(() -> thick("b", 4));
        calling.make(() -> writing("a", volume -> volume.write(0, joined(cluster(1), cluster(2)))));
        calling.make(() -> writing("b", volume -> volume.write(0, cluster(3)).unmap(0, clusterBytes())));
        calling.make(() -> assertThat(content("a")).isEqualTo(joined(cluster(1), cluster(2))));
        calling.make(() -> engine().snapshot(name("a"), name("a-s")));
        calling.make(() -> engine().resize(name("a"), 3L * clusterBytes()));
        calling.make(() -> engine().cut(name("b"), 2L * clusterBytes()));
        calling.make(() -> engine().rename(name("b"), name("c")));
        calling.make(() -> engine().cloneOf(name("a-s"), name("d")));
        calling.make(() -> engine().inflate(name("d")));
        calling.make(() -> engine().cloneOf(name("a-s"), name("e")));
        calling.make(() -> engine().decouple(name("e")));
        calling.make(() -> engine().seal(name("c"), name("c-s")));
        calling.make(() -> engine().proveWritable());
        calling.make(() -> assertThat(engine().list()).hasSize(5));
        calling.make(() -> assertThat(engine().find(name("b"))).isEmpty());
        calling.make(() -> assertThat(engine().usage().freeClusters()).isPositive());
        calling.make(() -> assertThat(engine().allocated(name("a-s")).count()).isEqualTo(2));
        calling.make(
                () -> assertThat(engine().differing(name("a"), name("a-s"))).isNotNull());
        calling.make(() -> engine().delete(name("e")));
    }

    private void requireEverythingDone() {
        reopen();
        assertThat(engine().list()).extracting(volume -> volume.name().value()).containsExactly("a", "a-s", "c-s", "d");
        byte[] bytes = joined(cluster(1), cluster(2));
        assertThat(content("a")).isEqualTo(joined(bytes, new byte[clusterBytes()]));
        assertThat(content("a-s")).isEqualTo(bytes);
        assertThat(content("c-s")).isEqualTo(new byte[2 * clusterBytes()]);
        assertThat(content("d")).isEqualTo(bytes);
        assertThat(summary("d").provisioning()).isEqualTo(Provisioning.THICK);
    }
}
