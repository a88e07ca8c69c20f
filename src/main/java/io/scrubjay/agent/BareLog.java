// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.runtime.configuration.ConfigUtils;

import java.time.Instant;

/** Prints lines before there is a log, in the form that the log would have. Stateless. */
final class BareLog {
    private static final String JSON_KEY = "quarkus.log.console.json.enabled";

    private BareLog() {}

    static String line(String message) {
        return isJson() ? json(message) : message;
    }

    /**
     * Reads the configuration sources again, but only this key: values of other keys that cannot be converted may have
     * made the start fail.
     */
    private static boolean isJson() {
        try {
            return ConfigUtils.configBuilder()
                    .build()
                    .getOptionalValue(JSON_KEY, Boolean.class)
                    .orElse(false);
        } catch (RuntimeException unreadable) {
            return false;
        }
    }

    private static String json(String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("timestamp", Instant.now().toString())
                .put("loggerName", Main.class.getName())
                .put("level", "ERROR")
                .put("message", message)
                .put("processId", ProcessHandle.current().pid())
                .toString();
    }
}
