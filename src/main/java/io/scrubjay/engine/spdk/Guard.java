// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;

import java.util.Deque;
import java.util.function.Supplier;

/**
 * Makes the calls to SPDK that move clusters between volumes: one at a time, and with all I/O to the volume held back.
 * Without that, such a call damages I/O in progress: from lost writes to a lost store.
 *
 * <p>Thread-safe; every call blocks.
 */
final class Guard {
    private final OpenPool pool;
    /** SPDK makes only one such call at a time anyway, and fails a second one on the same volumes. */
    private final Object oneAtATime = new Object();

    Guard(OpenPool pool) {
        this.pool = pool;
    }

    /** Makes a call while nobody, not even an NVMe/TCP client, reads or writes a volume. */
    <T> T holding(StoredLvol stored, Supplier<T> call) {
        return holdingFirst(stored, 0, call);
    }

    /** The same. */
    void holding(StoredLvol stored, Runnable call) {
        holdingFirst(stored, 0, call);
    }

    /** Makes a call while nobody reads or writes any of these volumes. */
    void holding(Deque<StoredLvol> volumes, Runnable call) {
        if (volumes.isEmpty()) {
            call.run();
            return;
        }
        StoredLvol next = volumes.pop();
        holding(next, () -> holding(volumes, call));
    }

    /** Makes a call while nobody reads or writes the first bytes of a volume; 0 for all. */
    void holdingFirst(StoredLvol stored, long heldBytes, Runnable call) {
        holdingFirst(stored, heldBytes, () -> {
            call.run();
            return stored;
        });
    }

    private <T> T holdingFirst(StoredLvol stored, long heldBytes, Supplier<T> call) {
        synchronized (oneAtATime) {
            NativeHandle handle = pool.openRead(stored.uuid());
            try {
                Errno.require(Reactor.awaited(handle.quiesce(heldBytes)), "hold I/O back");
                try {
                    return call.get();
                } finally {
                    Errno.require(Reactor.awaited(handle.unquiesce(heldBytes)), "let I/O go on");
                }
            } finally {
                handle.close();
            }
        }
    }

    /** Makes a call that moves no cluster of any volume that somebody reads or writes. */
    <T> T alone(Supplier<T> call) {
        synchronized (oneAtATime) {
            return call.get();
        }
    }
}
