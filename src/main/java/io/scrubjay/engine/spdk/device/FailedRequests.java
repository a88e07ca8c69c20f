// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.engine.spdk.process.ControlCalls;
import io.scrubjay.engine.spdk.process.JsonRpc;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.Map;
import java.util.Set;

/** How many requests a device has failed, as SPDK counts them. Stateless. */
public final class FailedRequests {
    /** The errors among SPDK's counts that SPDK retries by itself. */
    private static final Set<String> NO_FAILURES = Set.of("nomem", "aborted");

    private FailedRequests() {}

    /**
     * How many requests, including reads, the device has failed since SPDK opened it. Blocks, and may throw {@link
     * RpcFailed}.
     */
    public static long of(ControlCalls rpc, String device) {
        JsonNode errors = statistics(rpc, device).path("bdevs").path(0).path("io_error");
        long failed = 0;
        for (Map.Entry<String, JsonNode> error : errors.properties()) {
            failed +=
                    NO_FAILURES.contains(error.getKey()) ? 0 : error.getValue().asLong();
        }
        return failed;
    }

    private static JsonNode statistics(ControlCalls rpc, String device) {
        ObjectNode names = JsonRpc.parameters();
        names.putArray("names").add(device);
        try {
            return rpc.call("bdev_get_iostat", names);
        } catch (RpcFailed older) {
            // Earlier versions of SPDK take a single name.
            return rpc.call("bdev_get_iostat", JsonRpc.parameters().put("name", device));
        }
    }
}
