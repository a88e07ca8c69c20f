// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.ondisk.Medium;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A medium on which one page cannot be read. Thread-safe as the other is.
 *
 * @param unreadableAt where the page begins
 */
record FaultyMedium(Medium medium, OptionalLong unreadableAt) implements Medium {
    @Override
    public void read(long offset, ByteBuffer target) {
        long end = offset + target.remaining();
        if (unreadableAt.isPresent() && offset <= unreadableAt.getAsLong() && unreadableAt.getAsLong() < end) {
            throw new EngineException.DeviceFailed("read of a bad sector", Errno.EIO);
        }
        medium.read(offset, target);
    }

    @Override
    public Optional<String> content() {
        return medium.content();
    }

    @Override
    public boolean hasBlobstore() {
        return medium.hasBlobstore();
    }

    @Override
    public long size() {
        return medium.size();
    }

    @Override
    public void write(long offset, ByteBuffer source) {
        medium.write(offset, source);
    }

    @Override
    public void sync() {
        medium.sync();
    }

    @Override
    public void close() {
        medium.close();
    }
}
