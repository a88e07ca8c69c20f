// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.lookup;

import java.util.List;

/** The states that the entries of each list can be in, and by which a client can ask for them. */
public final class ListStates {
    public static final List<String> IMAGES =
            List.of("pending", "receiving", "sealing", "ready", "quarantined", "failed");
    public static final List<String> SNAPSHOTS = List.of("pending", "ready", "quarantined");
    public static final List<String> VOLUMES = List.of("ready", "lost", "unreadable");
    public static final List<String> SCRUB_RUNS =
            List.of("queued", "running", "paused", "finished", "cancelled", "failed");

    private ListStates() {}
}
