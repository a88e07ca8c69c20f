// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last sessions that have become images, for clients that ask again because they lost the answer to their last
 * request. Forgotten when the agent ends. Thread-safe: guarded by its monitor.
 */
final class FinishedSessions {
    private static final int COUNT_MAX = 1000;

    private final Map<SessionId, SessionRecord> records = new LinkedHashMap<>();

    synchronized void add(SessionRecord record) {
        records.put(record.id(), record);
        if (records.size() > COUNT_MAX) {
            records.remove(records.keySet().iterator().next());
        }
    }

    synchronized Optional<SessionRecord> find(SessionId id) {
        return Optional.ofNullable(records.get(id));
    }
}
