// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.engine.spdk.process.ControlCalls;

import java.util.function.Consumer;

/** SPDK's control plane, and somebody who is told of each call, by the thread that makes it, before it and after it. */
final class WatchedCalls implements ControlCalls {
    private final ControlCalls calls;
    private volatile Consumer<String> watcher = method -> {};

    WatchedCalls(ControlCalls calls) {
        this.calls = calls;
    }

    void watch(Consumer<String> by) {
        watcher = by;
    }

    @Override
    public JsonNode call(String method, ObjectNode parameters) {
        watcher.accept(method);
        JsonNode answer = calls.call(method, parameters);
        watcher.accept(method);
        return answer;
    }
}
