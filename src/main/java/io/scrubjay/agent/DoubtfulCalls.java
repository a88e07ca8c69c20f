// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineMeter;

/**
 * Tells {@link WriteProof} of the calls that were given up, of the writes that the device refused and of whatever else it
 * failed, and another meter of all calls. Thread-safe if that one is.
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
            // It may have failed for one volume alone: its record cannot be read, say.
            proof.lookAgain();
        }
    }

    /** One that failed at once, because an earlier call on the same volume had been given up, says nothing new. */
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
