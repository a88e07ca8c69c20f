// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.StaleEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.manifest.PoolInventory;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.manifest.SessionStore;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Power is lost, or a call fails, at every single call of a resumable upload: afterwards the upload goes on at an offset
 * that is not before the last one answered, and its image is the file. What holds I-1, I-3 and I-5 for resumable uploads.
 */
class SessionCrashSweepTest {
    private static final int CAPACITY_CLUSTERS = 4096;
    private static final int LENGTH = (1 << 20) + 300_123;
    /** In the middle of a cluster, with zeroes before and after it. */
    private static final int FIRST = 200_000;

    private static final int SECOND = 777_777;
    private static final byte[] FILE = file();
    /** How often the sweep is done, with another seed each time. */
    private static final int ROUNDS = Integer.getInteger("scrubjay.test.scale", 1);

    private static byte[] file() {
        byte[] bytes = SessionKit.bytes(5, LENGTH);
        Arrays.fill(bytes, FIRST - 30_000, FIRST + 5_000, (byte) 0);
        return bytes;
    }

    /** Whether the client was answered that its upload has begun. */
    private boolean begun;

    /** The last offset that the client was answered; 0 in a new run. */
    private long answered;

    @Test
    void anUploadGoesOnAfterEveryCrash() {
        CrashSweep sweep = CrashSweep.inMemory(CAPACITY_CLUSTERS)
                .device(StaleEngine::new)
                .prepare(engine -> {
                    begun = false;
                    answered = 0;
                })
                .operation(this::upload)
                .check(this::goOn);

        for (int seed = 1; seed <= ROUNDS; seed++) {
            assertThat(sweep.run(seed)).as("calls swept").isGreaterThan(15);
        }
    }

    private void upload(StorageEngine engine) {
        try (SessionKit kit = new SessionKit(engine)) {
            SessionId id = kit.create("disk", LENGTH);
            begun = true;
            for (int end : List.of(FIRST, SECOND, LENGTH)) {
                int from = Math.toIntExact(answered);
                answered = kit.send(id, from, SessionKit.part(FILE, from, end)).offsetBytes();
            }
            kit.awaitImages();
            assertThat(kit.image("disk").isPresent() || kit.sessions.count() == 1)
                    .as("there is an image, or the agent tries again")
                    .isTrue();
        }
    }

    /** Does what a restart does, and what a client does after it. */
    private void goOn(StorageEngine engine, CrashSweep.Ending ending) {
        try (SessionKit kit = new SessionKit(engine)) {
            assertThat(new SessionStore(engine).scan())
                    .allSatisfy(found -> assertThat(found).isInstanceOf(SessionStore.Found.Whole.class))
                    .hasSizeLessThanOrEqualTo(1);
            kit.sessions.sweep();
            kit.awaitImages();
            List<SessionRecord> left = new SessionStore(engine)
                    .scan().stream()
                            .map(found -> ((SessionStore.Found.Whole) found).record())
                            .toList();
            if (kit.image("disk").isEmpty()) {
                assertThat(left.isEmpty() && begun)
                        .as("an upload that was answered is lost")
                        .isFalse();
                SessionId id = left.isEmpty()
                        ? kit.create("disk", LENGTH)
                        : left.get(0).id();
                long offset = kit.offset(id);
                assertThat(offset).isGreaterThanOrEqualTo(answered);
                kit.send(id, offset, SessionKit.part(FILE, offset, LENGTH));
                kit.awaitImages();
            }
            assertThat(kit.stored(kit.image("disk").orElseThrow())).isEqualTo(FILE);
            PoolInventory scan = kit.manifests.scan();
            assertThat(scan.leftovers()).isEmpty();
            assertThat(engine.list()).as("the image and its manifest").hasSize(2);
        }
    }
}
