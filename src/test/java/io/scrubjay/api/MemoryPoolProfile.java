// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.scrubjay.ProcessFiles;

import java.util.Map;

/** The whole agent over a pool in memory, which leaves nothing on the disk. */
public class MemoryPoolProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "scrubjay.engine",
                "memory",
                "scrubjay.download.stall-timeout",
                "2s",
                "scrubjay.volume.idle-timeout",
                "1s",
                "scrubjay.url.allow",
                "127.0.0.1",
                "scrubjay.state.path",
                ProcessFiles.of("state").toString());
    }
}
