// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.BufferAddress;
import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.Errno;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * An open block device of SPDK. Every call only sends a request; the draining thread completes it with a status: at
 * least 0, or {@code -errno}. Buffers are direct and aligned to a page, and belong to the request until it has a
 * status.
 *
 * <p>Thread-safe; the caller that closes it makes sure that no request is under way, and that none follows.
 */
public final class NativeHandle {
    private final Reactor reactor;
    private final int handle;

    private NativeHandle(Reactor reactor, int handle) {
        this.reactor = reactor;
        this.handle = handle;
    }

    /** Opens a device for reading. Blocks; not for the draining thread. */
    public static NativeHandle openRead(Reactor reactor, String device) {
        NativeText name = NativeText.of(device);
        return opened(reactor, device, reactor.submit(name, ticket -> SpdkNative.openRead(ticket, name.address())));
    }

    /** Opens a device for writing too. */
    public static NativeHandle openWrite(Reactor reactor, String device) {
        NativeText name = NativeText.of(device);
        return opened(reactor, device, reactor.submit(name, ticket -> SpdkNative.openWrite(ticket, name.address())));
    }

    private static NativeHandle opened(Reactor reactor, String device, CompletableFuture<Long> handle) {
        return new NativeHandle(reactor, (int) Errno.require(Reactor.awaited(handle), "open " + device));
    }

    /**
     * Copies the payload of this handle through {@link Bounce} from now on. Call before the first I/O; closes the
     * handle on failure. Blocks; not for the draining thread.
     */
    public NativeHandle bounced() {
        long status = Reactor.awaited(reactor.submit(ticket -> SpdkNative.bounce(ticket, handle)));
        if (status < 0) {
            close();
        }
        Errno.require(status, "bounce a block device");
        return this;
    }

    /** Fills the remaining bytes of the buffer. */
    public CompletableFuture<Long> read(long offset, ByteBuffer target) {
        return reactor.submit(
                target,
                ticket -> SpdkNative.read(ticket, handle, BufferAddress.of(target), offset, target.remaining()));
    }

    /** Writes the remaining bytes of the buffer. */
    public CompletableFuture<Long> write(long offset, ByteBuffer source) {
        return reactor.submit(
                source,
                ticket -> SpdkNative.write(ticket, handle, BufferAddress.of(source), offset, source.remaining()));
    }

    /**
     * Compares the device's block at the offset with the beginning of the buffer, and writes it again if they are
     * equal, in one step; {@code -EILSEQ} when they differ.
     */
    public CompletableFuture<Long> rewrite(long offset, ByteBuffer block) {
        return reactor.submit(
                block,
                ticket -> SpdkNative.rewrite(ticket, handle, BufferAddress.of(block), offset, block.remaining()));
    }

    /** Makes a range read as zeroes; its clusters stay allocated. */
    public CompletableFuture<Long> writeZeroes(ByteRange range) {
        return reactor.submit(ticket -> SpdkNative.writeZeroes(ticket, handle, range.offset(), range.length()));
    }

    /** Frees the whole clusters in a range. */
    public CompletableFuture<Long> unmap(ByteRange range) {
        return reactor.submit(ticket -> SpdkNative.unmap(ticket, handle, range.offset(), range.length()));
    }

    /** The next byte at or after the offset that lies in a cluster of the device's own, or {@code -ENXIO}. */
    public CompletableFuture<Long> seekData(long offset) {
        return reactor.submit(ticket -> SpdkNative.seekData(ticket, handle, offset));
    }

    /** The next byte at or after the offset that does not lie in such a cluster, or {@code -ENXIO}. */
    public CompletableFuture<Long> seekHole(long offset) {
        return reactor.submit(ticket -> SpdkNative.seekHole(ticket, handle, offset));
    }

    /** Holds back all I/O to the first bytes of the device, whoever makes it; 0 stands for the whole device. */
    public CompletableFuture<Long> quiesce(long lengthBytes) {
        return reactor.submit(ticket -> SpdkNative.quiesce(ticket, handle, 0, lengthBytes));
    }

    /** Ends the {@link #quiesce} with the same length. */
    public CompletableFuture<Long> unquiesce(long lengthBytes) {
        return reactor.submit(ticket -> SpdkNative.unquiesce(ticket, handle, 0, lengthBytes));
    }

    /** Its size in bytes at this moment. */
    public CompletableFuture<Long> size() {
        return reactor.submit(ticket -> SpdkNative.size(ticket, handle));
    }

    /** Blocks; not for the draining thread. */
    public void close() {
        Errno.require(
                Reactor.awaited(reactor.submit(ticket -> SpdkNative.close(ticket, handle))), "close a block device");
    }
}
