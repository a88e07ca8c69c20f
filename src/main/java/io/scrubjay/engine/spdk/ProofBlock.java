// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.Restart;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One block of a pool that is written again and again, to prove that the device accepts writes. It is in a private
 * volume of one cluster, which the first proof makes and the closing of the pool removes; so only the first proof needs
 * a free cluster. Each write has the bytes that the block already has, so it does not matter if a crash interrupts it.
 * The block is written only while it has them: if SPDK ever gives the cluster to another volume as well, that volume's
 * bytes stay. The volume is called {@link PrivateName#PROOF} only while its block has these bytes; if the block has
 * others, the volume is left alone, while the pool is open, when it is closed and at any later start.
 *
 * <p>Other bytes than those written mean that the device loses or mixes up writes. From then on no proof succeeds, and
 * no other volume is made for one, until the pool is opened again. A block that merely cannot be read does not mean
 * that.
 *
 * <p>Thread-safe: guarded by itself, also while the device works; one proof at a time.
 */
final class ProofBlock {
    private static final System.Logger LOG = System.getLogger(ProofBlock.class.getName());
    private static final String CALL = "write of the proof";
    private static final String READ_CALL = "read of what the proof has written";
    private static final byte[] TEXT =
            "scrubjay writes this block to see that it can.".getBytes(StandardCharsets.US_ASCII);

    private final OpenPool pool;
    private final ByteBuffer block = fresh();
    private volatile Optional<String> uuid = Optional.empty();
    /** Whether the block has its bytes, and its volume is named {@link PrivateName#PROOF}. */
    private boolean written;
    /** Whether the block was found to hold other bytes. */
    private boolean lost;

    ProofBlock(OpenPool pool) {
        this.pool = pool;
    }

    private static ByteBuffer fresh() {
        return AlignedBuffer.allocate(SpdkVolume.IO_ALIGNMENT_BYTES).put(0, TEXT);
    }

    /**
     * Whether a volume that an earlier run has left certainly belongs to nobody else: its block has the bytes of the
     * proof, or only zeroes. Blocks for the device.
     *
     * @throws EngineException.DeviceFailed when the block cannot be read
     */
    static boolean isItsOwn(OpenPool pool, String volume) {
        ByteBuffer found = read(pool, volume);
        return found.equals(fresh()) || ZeroScan.isZero(found);
    }

    private static ByteBuffer read(OpenPool pool, String volume) {
        ByteBuffer found = AlignedBuffer.allocate(SpdkVolume.IO_ALIGNMENT_BYTES);
        NativeHandle handle = pool.openRead(volume);
        try {
            Errno.require(Reactor.awaited(handle.read(0, found)), READ_CALL);
            return found;
        } finally {
            handle.close();
        }
    }

    /**
     * Writes the block and waits until it is on the medium. Blocks for the device.
     *
     * @throws EngineException.DeviceFailed when the device does not accept the write, or has lost an earlier one
     * @throws EngineException.NoSpace when the block has no cluster yet, and none is free
     */
    synchronized void rewrite() {
        pool.accounts().requireBalanced();
        if (lost) {
            throw loss();
        }
        try {
            if (uuid.isEmpty()) {
                uuid = Optional.of(pool.freeSpace().taking(1, this::create));
            }
            rewrite(uuid.get());
        } catch (EngineException | RpcFailed told) {
            // This call reports the failure, so it does not count against calls that begin later.
            pool.failures().learn();
            throw told;
        }
    }

    private void rewrite(String volume) {
        long status = put(volume);
        if (status == -Errno.EILSEQ) {
            // SPDK also reports this when it could not read the block to compare it.
            if (read(pool, volume).equals(block)) {
                throw Errno.failed(-Errno.EIO, CALL + " (its block could not be read)");
            }
            abandon();
            throw loss();
        }
        Errno.require(status, CALL);
        pool.sync();
        if (!written) {
            // ORDER: the volume has this name only while its block has the bytes.
            pool.store().rename(volume, PrivateName.PROOF.fresh());
            pool.sync();
            written = true;
        }
    }

    /**
     * Ends the process as soon as the device accepts writes again, if a failed write made SPDK free a cluster that a
     * volume still uses. The medium knows only one owner of the cluster, and so will the next start; without a restart
     * the pool could not be changed until somebody restarted the agent. Whoever wrote to that volume got an error, and
     * every later write was refused, so nothing is lost, provided that the caller obeys the rule below. Blocks for the
     * device.
     *
     * <p>The caller makes sure that no client of an export has written since the pool was opened: that client would
     * have been answered with success, although only this process knows where its bytes are.
     */
    synchronized void endForARestart() {
        if (pool.accounts().isOverdrawnSinceTheOpening() && pool.failures().hasFailed() && written && !lost) {
            rewrite(uuid.orElseThrow());
            Restart.now("the device has failed to write which clusters a volume has, and SPDK gave one of them to two");
        }
    }

    private String create() {
        // SPDK must not hand out a cluster that somebody else already has.
        pool.accounts().requireAudited();
        // While the device refuses to write metadata, SPDK loses the cluster of each new volume.
        pool.store().tryMetadata();
        return pool.store()
                .create(
                        PrivateName.NEW.fresh(),
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

    private void abandon() {
        LOG.log(
                System.Logger.Level.ERROR,
                "the test block does not hold what was written to it: the device loses or misplaces writes. Scrub"
                        + " all images, and replace the device");
        lost = true;
        pool.accounts().audit();
    }

    private static EngineException.DeviceFailed loss() {
        return Errno.failed(-Errno.EIO, CALL + " (its block reads as something else than was written)");
    }

    /** How many clusters the proof takes; they belong to no visible volume. Waits for nobody. */
    long clusters() {
        return uuid.isPresent() ? 1 : 0;
    }

    /**
     * Gives the cluster back when the pool is closed, unless somebody else may have it too. If the device fails, the
     * next start does it.
     */
    synchronized void remove() {
        try {
            if (uuid.isPresent() && isRemovable(uuid.get())) {
                pool.disposal().clearAndDelete(uuid.get());
            }
        } catch (RuntimeException failed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "an internal volume could not be deleted; the next start deletes it, nothing has to be done",
                    failed);
        }
        uuid = Optional.empty();
        written = false;
    }

    private boolean isRemovable(String volume) {
        if (lost || !pool.accounts().audit()) {
            return false;
        }
        // A block that was never written cannot have been lost.
        if (!written || read(pool, volume).equals(block)) {
            return true;
        }
        abandon();
        return false;
    }
}
