// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.FlakyEngine.Moment;
import io.scrubjay.engine.spdk.process.ControlCalls;

/** SPDK's control plane, of which one call fails. Thread-safe: guarded by itself, also while SPDK works. */
final class FailingCalls implements ControlCalls {
    private final ControlCalls calls;
    private int count;
    private int failing;
    private Moment moment = Moment.BEFORE;

    FailingCalls(ControlCalls calls) {
        this.calls = calls;
    }

    /** Has the n-th call fail, counted from now, and no other; none for 0. */
    synchronized void fail(int n, Moment when) {
        count = 0;
        failing = n;
        moment = when;
    }

    /** How many calls there were since. */
    synchronized int count() {
        return count;
    }

    @Override
    public synchronized JsonNode call(String method, ObjectNode parameters) {
        count++;
        boolean fails = count == failing;
        if (fails && moment == Moment.BEFORE) {
            throw failure(method);
        }
        JsonNode answer = calls.call(method, parameters);
        if (fails) {
            throw failure(method);
        }
        return answer;
    }

    private static EngineException failure(String method) {
        return new EngineException.DeviceFailed(method, Errno.EIO);
    }
}
