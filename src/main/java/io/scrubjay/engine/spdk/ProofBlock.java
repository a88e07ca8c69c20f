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
 * One block of a pool that is written again and again, to prove that the device takes writes. It lies in a private volume
 * of one cluster, which the first proof makes and the closing of the pool removes; so a proof needs no free cluster once
 * there has been one. The block always gets the bytes it has, so it does not matter where a crash cuts a write short, and
 * it is written only while it has them: if SPDK ever gave the cluster to another volume too, its bytes stay. The volume is
 * called {@link PrivateName#PROOF} only while its block has the bytes; whoever finds others there leaves them alone, while
 * the pool is open, when it is closed and at any later start.
 *
 * <p>Other bytes than were written mean that the device loses or mixes up writes. From then on no proof succeeds, and no
 * other volume is made for one, until the pool is opened again. A block that cannot be read means nothing but that.
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
    /** Whether the block has its bytes, and its volume the name that says so. */
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
     * Whether a volume that an earlier run has left is certainly nobody else's: its block has the bytes of the proof, or
     * nothing but zeroes. Blocks for the device.
     *
     * @throws EngineException.DeviceFailed when it cannot be read
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
     * @throws EngineException.DeviceFailed when the device does not take it, or has lost what it took before
     * @throws EngineException.NoSpace when there is no cluster for it yet, nor a free one
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
            // Whoever asked is told; it is not held against anybody who begins after this.
            pool.failures().learn();
            throw told;
        }
    }

    private void rewrite(String volume) {
        long status = put(volume);
        if (status == -Errno.EILSEQ) {
            // SPDK says so, too, when it could not read the block to compare it.
            if (read(pool, volume).equals(block)) {
                throw Errno.failed(-Errno.EIO, CALL + " (its block could not be read)");
            }
            abandon();
            throw loss();
        }
        Errno.require(status, CALL);
        pool.sync();
        if (!written) {
            // ORDER: it has this name only while the bytes are there.
            pool.store().rename(volume, PrivateName.PROOF.fresh());
            pool.sync();
            written = true;
        }
    }

    /**
     * Ends the process as soon as the device takes writes again, if it has failed one after which SPDK has freed a cluster
     * that a volume goes on using. The medium knows of one owner, and so does the next start. Without this the pool could not
     * be changed until somebody asked for one. Whoever wrote to that volume was told that it failed, and every write after
     * that was refused, so nothing is lost; but see the caller's part. Blocks for the device.
     *
     * <p>The caller knows that no client of an export has written since the pool was opened: it would have been answered
     * with success, for what only this process knows the place of.
     */
    synchronized void endForARestart() {
        if (pool.accounts().isOverdrawnSinceTheOpening() && pool.failures().hasFailed() && written && !lost) {
            rewrite(uuid.orElseThrow());
            Restart.now("the device has failed to write which clusters a volume has, and SPDK gave one of them to two");
        }
    }

    private String create() {
        // What SPDK hands out must not be somebody else's already.
        pool.accounts().requireAudited();
        // While the device refuses metadata, SPDK loses the cluster of each volume that is made.
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

    /** How many clusters it takes: they are no volume's that anybody sees. Waits for nobody. */
    long clusters() {
        return uuid.isPresent() ? 1 : 0;
    }

    /**
     * Gives its cluster back, when the pool is closed, unless somebody else may have it too. What the device does not let go
     * of is left to the next start.
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
        // One that was never written has not lost anything.
        if (!written || read(pool, volume).equals(block)) {
            return true;
        }
        abandon();
        return false;
    }
}
