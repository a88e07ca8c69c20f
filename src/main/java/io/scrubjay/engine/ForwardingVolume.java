// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** Forwards every call; a decorator overrides the calls that it adds something to. As thread-safe as its delegate. */
abstract class ForwardingVolume implements Volume {
    private final Volume delegate;

    ForwardingVolume(Volume delegate) {
        this.delegate = Objects.requireNonNull(delegate);
    }

    final Volume delegate() {
        return delegate;
    }

    @Override
    public VolumeName name() {
        return delegate.name();
    }

    @Override
    public long sizeBytes() {
        return delegate.sizeBytes();
    }

    @Override
    public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
        return delegate.read(offsetBytes, target);
    }

    @Override
    public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
        return delegate.write(offsetBytes, source);
    }

    @Override
    public CompletionStage<Void> writeZeroes(ByteRange range) {
        return delegate.writeZeroes(range);
    }

    @Override
    public CompletionStage<Void> unmap(ByteRange range) {
        return delegate.unmap(range);
    }

    @Override
    public CompletionStage<Void> flush() {
        return delegate.flush();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
