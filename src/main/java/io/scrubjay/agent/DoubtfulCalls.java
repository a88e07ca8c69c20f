// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineMeter;

/**
 * Reports all calls to another meter, and to {@link WriteProof} the calls that were given up, the writes that the
 * device refused and all other failures of the device. Thread-safe if the other meter is.
 */
record DoubtfulCalls(EngineMeter meter, WriteProof proof) implements EngineMeter {
    @Override
    public void started(EngineCall call) {
        meter.started(call);
    }

    @Override
    public void succeeded(EngineCall call, long bytes, long latencyNanos) {
        meter.succeeded(call, bytes, latencyNanos);
    }

    @Override
    public void failed(EngineCall call, Throwable failure, long latencyNanos) {
        meter.failed(call, failure, latencyNanos);
        if (wasGivenUp(failure, latencyNanos) || (failure instanceof EngineException.DeviceFailed && writes(call))) {
            proof.doubt(failure.getMessage());
        } else if (failure instanceof EngineException.DeviceFailed) {
            // It may have failed for one volume only, such as one whose record cannot be read.
            proof.lookAgain();
        }
    }

    /**
     * Whether a call was given up. A call that failed at once, because an earlier call on the same volume had been
     * given up, tells nothing new.
     */
    private static boolean wasGivenUp(Throwable failure, long latencyNanos) {
        return failure instanceof EngineException.DeviceStalled stalled
                && latencyNanos >= stalled.waited().dividedBy(2).toNanos();
    }

    private static boolean writes(EngineCall call) {
        return switch (call) {
            case WRITE, WRITE_ZEROES, UNMAP, FLUSH -> true;
            case USAGE,
                    LIST,
                    INCOMPLETE,
                    FIND,
                    CREATE,
                    OPEN,
                    ALLOCATED,
                    DIFFERING,
                    RESIZE,
                    CUT,
                    SNAPSHOT,
                    SEAL,
                    CLONE,
                    INFLATE,
                    DECOUPLE,
                    RENAME,
                    DELETE,
                    READ,
                    CLOSE -> false;
        };
    }
}
