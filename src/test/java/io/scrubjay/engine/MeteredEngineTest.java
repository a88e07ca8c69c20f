// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.engine.memory.MemoryMedium;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MeteredEngineTest extends StorageEngineContract {
    private final Notes notes = new Notes();

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        MemoryMedium medium = MemoryPool.medium(capacityClusters);
        return () -> new MeteredEngine(MemoryEngine.open(medium), notes, new AtomicLong()::getAndIncrement);
    }

    /** Writes down what it is told. */
    private static final class Notes implements EngineMeter {
        private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void started(EngineCall call) {
            lines.add("started " + call.label());
        }

        @Override
        public void succeeded(EngineCall call, long bytes, long latencyNanos) {
            lines.add(call.label() + " " + bytes + " in " + latencyNanos);
        }

        @Override
        public void failed(EngineCall call, Throwable failure, long latencyNanos) {
            lines.add(call.label() + " failed: " + failure.getClass().getSimpleName() + " in " + latencyNanos);
        }
    }

    @Test
    void everyCallIsMeteredWithItsBytesBeforeItsCallerGoesOn() {
        thin("a", 2);
        notes.lines.clear();

        // One tick of the clock at the start and one at the end of each call.
        writing("a", volume -> {
            volume.write(0, new byte[2 * clusterBytes()]);
            assertThat(notes.lines).last().isEqualTo("write " + 2 * clusterBytes() + " in 1");
            volume.read(0, ioBytes());
            assertThat(notes.lines).last().isEqualTo("read " + ioBytes() + " in 1");
            volume.writeZeroes(0, ioBytes());
            assertThat(notes.lines).last().isEqualTo("write_zeroes " + ioBytes() + " in 1");
            volume.unmap(0, clusterBytes());
            assertThat(notes.lines).last().isEqualTo("unmap " + clusterBytes() + " in 1");
        });

        assertThat(notes.lines)
                .containsExactly(
                        "started open",
                        "open 0 in 1",
                        "started write",
                        "write " + 2 * clusterBytes() + " in 1",
                        "started read",
                        "read " + ioBytes() + " in 1",
                        "started write_zeroes",
                        "write_zeroes " + ioBytes() + " in 1",
                        "started unmap",
                        "unmap " + clusterBytes() + " in 1",
                        "started flush",
                        "flush 0 in 1",
                        "started close",
                        "close 0 in 1");
    }

    @Test
    void controlCallsAreMetered() {
        VolumeName v = VolumeName.of("v");
        VolumeName s = VolumeName.of("s");
        VolumeName c = VolumeName.of("c");

        engine().create(v, 1, Provisioning.THIN);
        engine().resize(v, 2L * clusterBytes());
        engine().cut(v, 1);
        engine().snapshot(v, s);
        engine().cloneOf(s, c);
        engine().inflate(c);
        engine().decouple(v);
        engine().rename(v, VolumeName.of("w"));
        engine().seal(VolumeName.of("w"), VolumeName.of("t"));
        engine().delete(c);
        assertThat(engine().list()).hasSize(2);
        assertThat(engine().find(s)).isPresent();
        assertThat(engine().allocated(s).count()).isZero();
        assertThat(engine().differing(s, s).count()).isZero();
        assertThat(engine().usage().usedBytes()).isZero();
        assertThat(engine().incomplete()).isEmpty();

        assertThat(notes.lines)
                .filteredOn(line -> !line.startsWith("started"))
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly(
                        "create",
                        "resize",
                        "cut",
                        "snapshot",
                        "clone",
                        "inflate",
                        "decouple",
                        "rename",
                        "seal",
                        "delete",
                        "list",
                        "find",
                        "allocated",
                        "differing",
                        "usage",
                        "incomplete");
    }

    @Test
    void failuresAreMeteredAtTheCallAndLater() {
        assertThatThrownBy(() -> engine().delete(VolumeName.of("missing"))).isInstanceOf(VolumeNotFound.class);
        assertThat(notes.lines).containsExactly("started delete", "delete failed: VolumeNotFound in 1");

        thin("a", CAPACITY_CLUSTERS + 1);
        try (Volume volume = engine().open(VolumeName.of("a"), Access.WRITE)) {
            assertThatThrownBy(() -> volume.unmap(new ByteRange(1, 1))).isInstanceOf(IllegalArgumentException.class);
            assertThat(notes.lines).last().isEqualTo("unmap failed: IllegalArgumentException in 1");

            var tooMuch = volume.write(0, AlignedBuffer.allocate((CAPACITY_CLUSTERS + 1) * clusterBytes()));
            assertThatThrownBy(() -> Stages.await(tooMuch)).isInstanceOf(EngineException.NoSpace.class);
            assertThat(notes.lines).last().isEqualTo("write failed: NoSpace in 1");
        }
    }
}
