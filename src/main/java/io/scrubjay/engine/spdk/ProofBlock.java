// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One block of a pool that is written again and again, to prove that the device takes writes. It lies in a private volume
 * of one cluster, which the first proof makes and the closing of the pool removes; so a proof needs no free cluster once
 * there has been one. The block always gets the bytes it has, so it does not matter where a crash cuts a write short, and
 * it is written only while it has them: if SPDK ever gave the cluster to another volume too, its bytes stay.
 *
 * <p>Thread-safe: guarded by itself, also while the device works; one proof at a time.
 */
final class ProofBlock {
    private static final System.Logger LOG = System.getLogger(ProofBlock.class.getName());
    private static final String CALL = "write of the proof";
    private static final byte[] TEXT =
            "scrubjay writes this block to see that it can.".getBytes(StandardCharsets.US_ASCII);

    private final OpenPool pool;
    private final ByteBuffer block = AlignedBuffer.allocate(SpdkVolume.IO_ALIGNMENT_BYTES);
    private volatile Optional<String> uuid = Optional.empty();
    /** Whether the block has its bytes. */
    private boolean written;

    ProofBlock(OpenPool pool) {
        this.pool = pool;
        block.put(0, TEXT);
    }

    /**
     * Writes the block and waits until it is on the medium. Blocks for the device.
     *
     * @throws EngineException.DeviceFailed when the device does not take it
     * @throws EngineException.NoSpace when there is no cluster for it yet, nor a free one
     */
    synchronized void rewrite() {
        pool.accounts().requireBalanced();
        try {
            if (uuid.isEmpty()) {
                uuid = Optional.of(pool.freeSpace().taking(1, this::create));
            }
            rewrite(uuid.get());
        } catch (EngineException | RpcFailed told) {
            // Whoever asked is told; it is not held against anybody who begins after this.
            pool.failures().learn();
            throw told;
        }
    }

    private void rewrite(String volume) {
        long status = put(volume);
        if (status == -Errno.EILSEQ) {
            abandon();
            throw Errno.failed(-Errno.EIO, CALL + " (its block reads as something else than was written)");
        }
        Errno.require(status, CALL);
        written = true;
        pool.sync();
    }

    private String create() {
        // What SPDK hands out must not be somebody else's already.
        pool.accounts().requireAudited();
        // While the device refuses metadata, SPDK loses the cluster of each volume that is made.
        pool.store().tryMetadata();
        return pool.store()
                .create(
                        PrivateName.PROOF.fresh(),
                        pool.clusterSize().bytes(),
                        Provisioning.THICK,
                        pool.clearing().lvolMethod());
    }

    private long put(String volume) {
        NativeHandle handle = pool.openWrite(volume);
        try {
            return Reactor.awaited(written ? handle.rewrite(0, block) : handle.write(0, block));
        } finally {
            handle.close();
        }
    }

    /** Leaves the volume to the next start: nobody knows whose bytes those are. The next proof makes another one. */
    private void abandon() {
        LOG.log(
                System.Logger.Level.ERROR,
                "the block that proves writes does not hold what was written to it: the device loses or mixes up"
                        + " writes; scrub all images");
        pool.accounts().audit();
        uuid = Optional.empty();
        written = false;
    }

    /** How many clusters it takes: they are no volume's that anybody sees. Waits for nobody. */
    long clusters() {
        return uuid.isPresent() ? 1 : 0;
    }

    /** Gives its cluster back, when the pool is closed. What the device does not let go of is left to the next start. */
    synchronized void remove() {
        try {
            uuid.ifPresent(pool.disposal()::clearAndDelete);
        } catch (RuntimeException failed) {
            LOG.log(System.Logger.Level.WARNING, "a private volume stays until the next start", failed);
        }
        uuid = Optional.empty();
        written = false;
    }
}
