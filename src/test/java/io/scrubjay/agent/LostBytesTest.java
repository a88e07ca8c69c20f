// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.manifest.PoolName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The bytes of an image leave the pool as a whole, are missed by scrubs, and come back. */
class LostBytesTest {
    private static final VolumeName ASIDE = VolumeName.of("aside");

    @TempDir
    Path directory;

    @Test
    void inMemory() throws Exception {
        requireServedAgain(StoredPool.inMemory());
    }

    @Test
    void inFiles() throws Exception {
        requireServedAgain(StoredPool.inFiles(directory));
    }

    @Nested
    @NeedsSpdk
    class OnSpdk {
        @Test
        void bytesThatComeBackAreServedAgain() throws Exception {
            requireServedAgain(StoredPool.onSpdk(directory, SpdkEngine::open));
        }
    }

    private static void requireServedAgain(StoredPool pool) throws Exception {
        // Given
        pool.fill();
        Map<String, String> before = pool.shown();
        VolumeName bytes = pool.stored(PoolName.Kind.SNAPSHOT, "spare");
        ByteBuffer kept;
        try (StorageEngine engine = pool.open()) {
            kept = readAndDelete(engine, bytes);
        }

        // When
        assertThat(pool.scrubbed()).isNotEmpty();
        assertThat(pool.shown()).containsEntry("image/spare", "snapshot-lost");
        try (StorageEngine engine = pool.open()) {
            putBack(engine, bytes, kept);
        }

        // Then
        assertThat(pool.shown()).isEqualTo(before);
        assertThat(pool.scrubbed()).isEmpty();
    }

    private static ByteBuffer readAndDelete(StorageEngine engine, VolumeName name) {
        try (Volume volume = engine.open(name, Access.VERIFY)) {
            ByteBuffer all = AlignedBuffer.allocate(Math.toIntExact(volume.sizeBytes()));
            Stages.await(volume.read(0, all));
            return all.rewind();
        } finally {
            engine.delete(name);
        }
    }

    private static void putBack(StorageEngine engine, VolumeName name, ByteBuffer bytes) {
        engine.create(ASIDE, bytes.remaining(), Provisioning.THIN);
        int cluster = engine.traits().clusterSize().bytes();
        try (Volume volume = engine.open(ASIDE, Access.WRITE)) {
            Stages.await(volume.write(0, bytes.slice(0, cluster)));
            Stages.await(volume.flush());
        }
        engine.seal(ASIDE, name);
    }
}
