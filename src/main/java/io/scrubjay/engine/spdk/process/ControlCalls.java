// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Control calls to SPDK. Thread-safe; every call blocks, and may throw the exceptions of {@link JsonRpc#call}. */
public interface ControlCalls {
    /** Calls a method and returns its result. */
    JsonNode call(String method, ObjectNode parameters);

    /** Calls a method that takes no parameters. */
    default JsonNode call(String method) {
        return call(method, JsonRpc.parameters());
    }
}
