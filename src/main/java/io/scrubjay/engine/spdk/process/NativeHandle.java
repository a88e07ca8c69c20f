// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.BufferAddress;
import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.Errno;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * An open block device of SPDK's. Every call only sends; a status comes on the draining thread: at least 0, or {@code
 * -errno}. Buffers are direct, aligned to a page, and the caller's again when the status is there.
 *
 * <p>Thread-safe; whoever closes it makes sure that nothing is under way and nothing follows.
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
     * From now on its payload bounces. Before its first I/O; closed when it cannot. Blocks; not for the draining thread.
     */
    public NativeHandle bounced() {
        long status = Reactor.awaited(reactor.submit(ticket -> SpdkNative.bounce(ticket, handle)));
        if (status < 0) {
            close();
        }
        Errno.require(status, "bounce a block device");
        return this;
    }

    /** Fills what remains in the buffer. */
    public CompletableFuture<Long> read(long offset, ByteBuffer target) {
        return reactor.submit(
                target,
                ticket -> SpdkNative.read(ticket, handle, BufferAddress.of(target), offset, target.remaining()));
    }

    /** Writes what remains in the buffer. */
    public CompletableFuture<Long> write(long offset, ByteBuffer source) {
        return reactor.submit(
                source,
                ticket -> SpdkNative.write(ticket, handle, BufferAddress.of(source), offset, source.remaining()));
    }

    /**
     * Writes the device's block that the buffer begins with, in one step with a comparison; {@code -EILSEQ} when it holds
     * something else.
     */
    public CompletableFuture<Long> rewrite(long offset, ByteBuffer block) {
        return reactor.submit(
                block,
                ticket -> SpdkNative.rewrite(ticket, handle, BufferAddress.of(block), offset, block.remaining()));
    }

    /** Makes a range read as zeroes, and keeps its clusters. */
    public CompletableFuture<Long> writeZeroes(ByteRange range) {
        return reactor.submit(ticket -> SpdkNative.writeZeroes(ticket, handle, range.offset(), range.length()));
    }

    /** Gives the whole clusters of a range back. */
    public CompletableFuture<Long> unmap(ByteRange range) {
        return reactor.submit(ticket -> SpdkNative.unmap(ticket, handle, range.offset(), range.length()));
    }

    /** The next byte at or after the offset that lies in a cluster of the device's own, or {@code -ENXIO}. */
    public CompletableFuture<Long> seekData(long offset) {
        return reactor.submit(ticket -> SpdkNative.seekData(ticket, handle, offset));
    }

    /** The next byte at or after the offset that does not, or {@code -ENXIO}. */
    public CompletableFuture<Long> seekHole(long offset) {
        return reactor.submit(ticket -> SpdkNative.seekHole(ticket, handle, offset));
    }

    /** Holds back all I/O of the first bytes of the device, whoever makes it; of all of it for 0 bytes. */
    public CompletableFuture<Long> quiesce(long lengthBytes) {
        return reactor.submit(ticket -> SpdkNative.quiesce(ticket, handle, 0, lengthBytes));
    }

    /** Lets go what {@link #quiesce} holds with the same number. */
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
