// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.flow.ClusterWriter;
import io.scrubjay.flow.Window;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides who may change a volume's bytes: all writers share one handle, since the engine allows only one for writing,
 * and take turns. A turn lasts for one window, so a slow sender does not hold up others.
 *
 * <p>Thread-safe: guarded by its own monitor, which is held while the device works: holding it is the turn. For
 * workers.
 */
final class WriteTurns {
    private final StorageEngine engine;
    private final VolumeName name;
    private Optional<ClusterWriter> writer = Optional.empty();
    private int writers;

    WriteTurns(StorageEngine engine, VolumeName name) {
        this.engine = engine;
        this.name = name;
    }

    /** Begins to write; {@link #leave} must follow. */
    synchronized void enter() {
        if (writer.isEmpty()) {
            writer = Optional.of(ClusterWriter.open(engine, name));
        }
        writers++;
    }

    /** Ends writing; the last writer closes the handle. */
    synchronized void leave() {
        writers--;
        if (writers == 0) {
            ClusterWriter last = writer.orElseThrow();
            writer = Optional.empty();
            last.close();
        }
    }

    /** As {@link ClusterWriter#write}, in a turn; between {@link #enter} and {@link #leave}. */
    synchronized void write(Window window, long windowOffset, ByteRange range) {
        writer.orElseThrow().write(window, windowOffset, range);
    }

    /** Makes the writes of all ended turns durable; between {@link #enter} and {@link #leave}. */
    void flush() {
        current().orElseThrow().flush();
    }

    private synchronized Optional<ClusterWriter> current() {
        return writer;
    }

    /** Makes a change to the volume while nobody writes and everything written is durable. */
    synchronized <T> T between(Supplier<T> change) {
        writer.ifPresent(ClusterWriter::flush);
        return change.get();
    }
}
