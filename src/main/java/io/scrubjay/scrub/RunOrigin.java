// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.Optional;

/** Who asked for a run. */
public enum RunOrigin {
    /** Somebody, through the API. */
    REQUEST("request"),
    /** The schedule. */
    SCHEDULE("schedule");

    private final String wireName;

    RunOrigin(String wireName) {
        this.wireName = wireName;
    }

    /** The stable code in the API and in the history. */
    public String wireName() {
        return wireName;
    }

    /** The origin with this code. */
    public static Optional<RunOrigin> ofWireName(String name) {
        for (RunOrigin origin : values()) {
            if (origin.wireName.equals(name)) {
                return Optional.of(origin);
            }
        }
        return Optional.empty();
    }
}
